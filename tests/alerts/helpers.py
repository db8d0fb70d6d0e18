"""Words to tell the tests of alerts with."""

from itertools import count

from django.urls import reverse

from alerts.models import Alert, Notification
from alerts.services import Evidence, Subject, report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity

FLIGHTS = Subject(type="source", id="7", name="flights", url="/quality/sources/7/")

_sequences = count(1_000)


def breach(
    kind: str = "quality.score",
    *,
    severity: str = "critical",
    value: float = 0.71,
    column: str = "",
    **fields,
) -> Finding:
    fields.setdefault("title", f"score {value:.2f} is under 0.80")
    return Finding(
        kind=kind,
        state=FindingState.BREACH,
        severity=Severity(severity),
        value=value,
        threshold=0.8,
        column=column,
        **fields,
    )


def ok(kind: str = "quality.score", *, value: float = 0.93, column: str = "") -> Finding:
    return Finding(
        kind=kind,
        state=FindingState.OK,
        severity=Severity.CRITICAL,
        title="score is fine",
        value=value,
        threshold=0.8,
        column=column,
    )


def no_data(kind: str = "quality.score") -> Finding:
    return Finding(
        kind=kind, state=FindingState.NO_DATA, severity=Severity.CRITICAL, title="nothing to score"
    )


def say(
    *findings: Finding,
    sequence: int | None = 0,
    subject: Subject = FLIGHTS,
    whole: tuple[str, ...] = (),
    trigger: str = "",
) -> Alert | None:
    """Report the findings; the newest alert of the subject after it. Sequences grow by themselves."""
    number = next(_sequences) if sequence == 0 else sequence
    evidence = Evidence(f"Check run {number}", f"/quality/runs/{number}/", number, trigger)
    report(subject=subject, findings=findings, evidence=evidence, whole=whole)
    return Alert.objects.about(subject.type, subject.id).order_by("pk").last()


def kinds_of_events(alert: Alert) -> list[str]:
    return list(alert.events.values_list("kind", flat=True))


def reasons_told() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("reason", flat=True))


def text(response) -> str:
    return response.content.decode()


def post(client, name: str, pk: int | None = None, **data):
    """To the page called ``alerts:name``, as its form does."""
    return client.post(reverse(f"alerts:{name}", args=[pk] if pk else []), data, follow=True)
