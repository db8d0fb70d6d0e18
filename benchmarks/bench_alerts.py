"""The bars of alerts: from a finished run to the accepted mail, many findings at once, many open alerts."""

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks import installation
from benchmarks.measurement import Measurement
from tests.flows.client import Script
from tests.support.processes import prepared_processes
from tests.support.smtp import SmtpSink, smtp_sink
from tests.support.waiting import eventually

RUNS = 7
FINDINGS, OPEN_ALERTS, WAITING, VIEWS = 1_000, 10_000, 5_000, 30
PAGES = {
    "list": "/alerts/",
    "filter": "/alerts/?severity=critical&subject_type=source&q=rule+77",
    "summary": "/api/v1/alerts/summary",
}


def measure() -> Iterator[Measurement]:
    yield from _told()
    # A process answers its first page, or report, only once it has loaded what it needs.
    _view(PAGES["list"])
    yield from _one_report()
    yield from _many_open()
    yield from _many_waiting()


def _told() -> Iterator[Measurement]:
    """Real processes on the embedded default; each upload is of a source of its own."""
    with tempfile.TemporaryDirectory() as folder, smtp_sink() as sink:
        own = {"EMAIL_URL": sink.url}
        with prepared_processes(Path(folder), own) as product:
            product.start()
            product.wait_until_ready()
            script = Script(product)
            recipients = {"kind": "email", "name": "bench", "config": {"recipients": ["ada@example.com"]}}
            channel = script.post("alerts/channels", recipients)["id"]
            script.post("alerts/routes", {"name": "bench", "channels": [channel], "position": 1})
            seconds = [_accepted_after(script, sink, f"bad-{n}") for n in range(RUNS)]
    yield Measurement("From the end of a run to its mail accepted, median", median(seconds), "s", 5)
    yield Measurement("  the longest", max(seconds), "s", 60)


def _accepted_after(script: Script, sink: SmtpSink, source: str) -> float:
    """Seconds by the clock of this machine, which the database and the mail server share."""
    known = len(sink.messages)
    bad = b"id,amount\n" + b"".join(b"%d,\n" % (n % 3) for n in range(500))
    run = script.follow(script.upload(f"{source}.csv", bad, source=source)["check"]["url"])
    eventually(lambda: len(sink.messages) > known, seconds=60)
    return max(time.time() - datetime.fromisoformat(run["finished_at"]).timestamp(), 0.0)


def _one_report() -> Iterator[Measurement]:
    from alerts.models import Notification, Route
    from alerts.services import Evidence, Subject, report
    from tests.alerts.helpers import breach

    findings = [breach(f"rule {n}", title=f"rule {n} broke") for n in range(FINDINGS)]
    began = time.process_time()
    subject = Subject(type="source", id="bench", name="bench")
    report(subject=subject, findings=findings, evidence=Evidence(label="run", url="", sequence=1))
    yield Measurement(f"Report of {FINDINGS:,} findings", time.process_time() - began, "s", 2)
    messages = Notification.objects.filter(group="source:bench").count()
    yield Measurement("  its messages, over those of one per route", messages - Route.objects.count(), "", 0)


def _many_open() -> Iterator[Measurement]:
    """Of sources, each with a model made from it that fails too."""
    from alerts.models import Alert
    from alerts.services import Evidence, Subject, report
    from tests.alerts.helpers import breach

    for number in range((OPEN_ALERTS - Alert.objects.unresolved().count()) // 100 + 1):
        severity = ("critical", "warning")[number % 2]
        source = ("source", f"many {number // 2}")
        model = Subject("model", f"many {number}", f"model {number}", upstream=(source,))
        subject = model if number % 2 else Subject(*source, f"source {number}")
        found = [breach(f"rule {n}", title=f"rule {n} broke", severity=severity) for n in range(100)]
        report(subject=subject, findings=found, evidence=Evidence(label="run", url="", sequence=1))
    for name, path in PAGES.items():
        times = [_view(path) for _ in range(VIEWS)]
        yield Measurement(f"{OPEN_ALERTS:,} open alerts: {name}", 1000 * median(times), "ms", 100)
        yield Measurement("  its queries", _queries(path), "", 10)


def _many_waiting() -> Iterator[Measurement]:
    """What a worker holds the write lock of SQLite for while it takes the next message."""
    from django.utils import timezone

    from alerts.models import Channel, Episode, Notification
    from alerts.services import outbox
    from alerts.services.delivery import claim

    channel, now = Channel.objects.create(name="bench", kind="email", per_minute=0), timezone.now()
    episodes = Episode.objects.values_list("pk", flat=True)[:WAITING]
    messages = [
        Notification(
            channel=channel, subject="bench", idempotency_key=f"bench {pk}", not_before=now, expires_at=now
        )
        for pk in episodes
    ]
    outbox.store(messages, [[pk] for pk in episodes])
    times = []
    for _ in range(VIEWS):
        began = time.process_time()
        claim()
        times.append(time.process_time() - began)
        Notification.objects.sending().update(state="sent")
    yield Measurement(f"Taking one of {WAITING:,} messages that wait", 1000 * median(times), "ms", 100)


def _view(path: str) -> float:
    """Processor seconds: the database is in this process, and other work on the machine is not counted."""
    browser = installation.script() if path.startswith("/api/") else installation.client()
    began = time.process_time()
    answer = browser.get(path)
    seconds = time.process_time() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return seconds


def _queries(path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        _view(path)
    return len(captured)
