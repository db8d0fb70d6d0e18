"""Rows that all tests of a module see: made once, in a transaction around those of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from dataops.web import queue


@contextmanager
def kept_rows(blocker: DjangoDbBlocker, storage: Path) -> Iterator[None]:
    """What is written within stays until the end, files in ``storage``; what a test changes is its own.

    Nothing is sent to a worker. Not for tests with ``transaction=True``.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as TestCase of Django says, for durable blocks to be let in
    with pytest.MonkeyPatch.context() as patch, blocker.unblock(), around:
        patch.setattr(settings, "MEDIA_ROOT", storage)
        patch.setattr(queue, "publish", lambda *args, **options: True)
        yield
        transaction.set_rollback(True)
