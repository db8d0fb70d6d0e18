"""``python -m tests.faults.writers WRITERS EACH``: each reads, then writes, often; prints the sum."""

import os
import sys
from typing import Any

import django


def write(each: int) -> None:
    """Add one, in transactions that read first: what one that asks for the lock too late would lose."""
    from django.db import transaction

    counter = _counter()
    for _ in range(each):
        with transaction.atomic():
            row = counter.objects.get(key="counter")
            row.value += 1
            row.save()


def _counter() -> Any:
    from dataops.web.models import GlobalSetting

    return GlobalSetting


def main(writers: int, each: int) -> int:
    from django.db import connections

    _counter().objects.create(key="counter", value=0)
    connections.close_all()
    children = [_child(each) for _ in range(writers)]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    print(_counter().objects.get(key="counter").value)
    return failed


def _child(each: int) -> int:
    if child := os.fork():
        return child
    code = 1
    try:
        write(each)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    django.setup()
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
