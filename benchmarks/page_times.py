"""Visits every page over the large sample, in a process of its own; prints what was measured as JSON.

The rows of the large sample would slow down the other benchmarks, which share one installation.
"""

import gc
import gzip
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import installation
from benchmarks.page_loads import load_events

VIEWS = 15
IN_A_BROWSER = ("/", "/?range=90d", "/quality/", "/models/", "/alerts/", "/settings/")


@dataclass(frozen=True, slots=True)
class Visit:
    """One page: milliseconds of the server (median and the slowest but one in twenty), queries, bytes.

    Of the views one is the first after all that is kept for a while was dropped.
    """

    path: str
    median_ms: float
    p95_ms: float
    queries: int
    compressed_bytes: int


def main() -> None:
    browser = installation.client()
    from django.core.management import call_command

    call_command("make_large_sample", verbosity=0)
    # What making it left behind is no part of a server, and looking through it took 0.15 s now and then.
    gc.collect()
    gc.freeze()
    visits = [asdict(visit) for path in _paths() if (visit := _visit(browser, path))]
    print(json.dumps({"visits": visits, "loads": _loads(browser)}))


def _loads(browser: Any) -> dict[str, float]:
    from django.conf import settings

    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    own = {name: os.environ[name] for name in ("DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL")}
    return load_events(Path(settings.DATAOPS_HOME), own, IN_A_BROWSER, {cookie.key: cookie.value})


def _paths() -> Iterator[str]:
    from quality.models import DataSource
    from tests.house.sitemap import pages

    large = DataSource.objects.filter(tags__icontains="large").first()
    assert large is not None
    things = _things()
    for page in pages():
        try:
            yield page.path(things)
        except KeyError:  # a page of something that this installation has none of
            continue
    yield from (f"/quality/sources/{large.pk}/", f"/quality/runs/{large.newest_run_id}/", "/?range=90d")
    yield from ("/quality/?q=sales", "/alerts/?q=column_3", "/alerts/?status=resolved")


def _things() -> dict[str, object]:
    """What stands in the addresses: the sample source and model, which have all that pages can show."""
    from alerts.models import Alert, Channel, Route
    from models_registry.models import DriftRun, Model
    from quality.models import DataSource

    source, model = DataSource.objects.get(name="flights"), Model.objects.get(name="flight-delayed")
    return {
        "sources/pk": source.pk,
        "runs/pk": source.newest_run_id,
        "channels/pk": Channel.objects.values_list("pk", flat=True)[0],
        "routes/pk": Route.objects.values_list("pk", flat=True)[0],
        "alerts/pk": Alert.objects.values_list("pk", flat=True)[0],
        "users/pk": 1,
        "drift/pk": DriftRun.objects.filter(version__model=model).values_list("pk", flat=True)[0],
        "rules/rule_pk": source.checks.values_list("pk", flat=True)[0],
        "name": model.name,
        "number": 1,
        "alias": "champion",
        "kind": "email",
        "origin": "path",
    }


def _visit(browser: Any, path: str) -> Visit | None:
    """None for what is no page: actions, downloads, redirections."""
    answer = browser.get(path)
    if answer.status_code != 200 or answer.streaming or b"<html" not in answer.content[:200]:
        return None
    _forget()
    times = sorted(_seconds(browser, path) for _ in range(VIEWS))
    return Visit(
        path=path,
        median_ms=1000 * times[len(times) // 2],
        p95_ms=1000 * times[-(len(times) // 20) - 1],
        queries=_queries(browser, path),
        compressed_bytes=len(gzip.compress(answer.content)),
    )


def _forget() -> None:
    from django.core.cache import cache

    cache.clear()


def _seconds(browser: Any, path: str) -> float:
    """Of the processor: other work on the machine does not count."""
    began = time.process_time()
    browser.get(path)
    return time.process_time() - began


def _queries(browser: Any, path: str) -> int:
    from django.db import connection

    asked = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        browser.get(path)
    return len(asked)


if __name__ == "__main__":
    main()
