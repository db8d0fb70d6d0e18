"""Findings in, alerts out: the one door for everything that watches something."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from alerts.enums import Status
from alerts.models import Alert, Watermark
from alerts.services import outbox
from alerts.services.identity import Evidence, Subject, fingerprint
from alerts.services.intake import Intake
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity


@transaction.atomic
def report(
    *, subject: Subject, findings: Iterable[Finding], evidence: Evidence, whole: Collection[str] = ()
) -> None:
    """Take in everything one evaluation found about one subject, inside the caller's transaction.

    A breach opens, repeats, escalates or reopens its alert, an ``ok`` resolves it, ``no_data``
    leaves it alone. What is older than a report taken in before changes no state; the same report
    again changes nothing. Of the kinds in ``whole`` the findings are everything that is watched: what
    two reports in a row leave out is over. All that is worth telling goes out as one message per route
    and channel. The number of queries does not depend on the number of findings.
    """
    findings = list(findings)
    watched = _one_per_alert(subject, findings)
    if not watched:
        return
    marks = _watermarks(subject, {finding.kind for finding in watched.values()})
    intake = Intake(
        subject, evidence, frozenset({*marks, *whole}), _sequence(evidence, marks), timezone.now()
    )
    for key, finding in watched.items():
        intake.take(key, finding, is_late=intake.sequence < marks[finding.kind].sequence)
    if whole and all(mark.sequence < intake.sequence for mark in marks.values()):
        intake.leave_out({fingerprint(subject, finding) for finding in findings}, whole)
    intake.save()
    behind = [mark.pk for mark in marks.values() if mark.sequence < intake.sequence]
    Watermark.objects.filter(pk__in=behind).update(sequence=intake.sequence)
    outbox.announce(intake.changes)


def waiting_findings(subject: Subject) -> list[Finding]:
    """The bad ones of the last report that did not open an alert yet, to be reported again; one query.

    For an evaluation that is spared because there is nothing new: it would find the same.
    """
    waiting = Alert.objects.about(subject.type, subject.id).filter(status=Status.PENDING)
    return [
        Finding(
            kind=alert.kind,
            state=FindingState.BREACH,
            severity=Severity(alert.severity),
            title=alert.title,
            message=alert.message,
            column=alert.column,
            method=alert.method,
            value=alert.value,
            threshold=alert.threshold,
            unit=alert.unit,
            about=tuple(alert.subjects[1:]),
        )
        for alert in waiting
    ]


def _one_per_alert(subject: Subject, findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by fingerprint; where two checks watch the same thing in the same way, the worse counts."""
    worst_last = sorted(findings, key=lambda f: (f.state == FindingState.BREACH, f.severity.rank))
    return {fingerprint(subject, f): f for f in worst_last if f.state != FindingState.NO_DATA}


def _watermarks(subject: Subject, kinds: set[str]) -> dict[str, Watermark]:
    """The locked marks of these kinds, made where there was none."""
    mine = {"subject_type": subject.type, "subject_id": subject.id}
    Watermark.objects.bulk_create(
        [Watermark(**mine, kind=kind) for kind in sorted(kinds)], ignore_conflicts=True
    )
    locked = Watermark.objects.select_for_update().filter(**mine, kind__in=kinds).order_by("pk")
    return {mark.kind: mark for mark in locked}


def _sequence(evidence: Evidence, marks: dict[str, Watermark]) -> int:
    if evidence.sequence is not None:
        return evidence.sequence
    return max(mark.sequence for mark in marks.values()) + 1
