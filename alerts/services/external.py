"""Alerts from other systems: they report in like our own rooms do."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from alerts.models import Alert
from alerts.services.identity import OUTSIDE, Evidence, Subject, fingerprint
from alerts.services.reporting import report
from dataops.engine.findings import Entity, Finding, FindingState
from dataops.engine.types import Severity
from dataops.web import audit

KIND = "external"


@dataclass(frozen=True, slots=True)
class OutsideReport:
    """What another system says; ``key`` tells its alerts apart, ``is_over`` that the cause is gone."""

    key: str
    title: str
    severity: str
    message: str = ""
    value: float | None = None
    threshold: float | None = None
    unit: str = ""
    url: str = ""
    is_over: bool = False
    about: tuple[Entity, ...] = ()


@transaction.atomic
def report_from_outside(said: OutsideReport, *, by: Any, subject: Subject = OUTSIDE) -> Alert | None:
    """The alert after the report; None when something is over that was never known."""
    finding = Finding(
        kind=KIND,
        method=said.key,
        state=FindingState.OK if said.is_over else FindingState.BREACH,
        severity=Severity(said.severity),
        title=said.title,
        message=said.message,
        value=said.value,
        threshold=said.threshold,
        unit=said.unit,
        about=said.about,
    )
    evidence = Evidence(label=f"Reported by {by.get_username()}", url=said.url, sequence=None)
    report(subject=subject, findings=[finding], evidence=evidence)
    alert = Alert.objects.filter(fingerprint=fingerprint(subject, finding)).first()
    audit.record("alert.reported", by=by, target=alert, changes={"is_over": said.is_over})
    return alert
