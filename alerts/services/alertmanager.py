"""Alerts of Prometheus Alertmanager, in the words of its webhook (version 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alerts.enums import Severity, SubjectType
from alerts.models import Alert
from alerts.services.external import OutsideReport, report_from_outside
from alerts.services.identity import Subject

_SEVERITIES = {
    **dict.fromkeys(("critical", "page", "error", "high", "emergency"), Severity.CRITICAL),
    **dict.fromkeys(("info", "none", "low", "notice"), Severity.INFO),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One alert of the payload: its labels and annotations, and whether it still fires."""

    fingerprint: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    is_over: bool
    url: str = ""


def take_alertmanager(told: list[Told], *, by: Any) -> list[Alert]:
    """Report each alert under its own fingerprint; the alerts that are known after it.

    The severity comes from the label ``severity`` (critical, page, error and high are critical;
    info, none and low are info; everything else is a warning).
    """
    reported = [report_from_outside(_report(each), by=by, subject=_subject(each)) for each in told]
    return [alert for alert in reported if alert is not None]


def _report(told: Told) -> OutsideReport:
    name = told.labels.get("alertname", "alert")
    return OutsideReport(
        key=told.fingerprint,
        title=told.annotations.get("summary") or name,
        severity=_SEVERITIES.get(told.labels.get("severity", "").lower(), Severity.WARNING),
        message=told.annotations.get("description") or told.annotations.get("message", ""),
        url=told.url,
        is_over=told.is_over,
    )


def _subject(told: Told) -> Subject:
    """What it is about: the job and the instance, as far as they are said."""
    parts = [told.labels[name] for name in ("job", "instance") if told.labels.get(name)]
    name = " ".join(parts) or told.labels.get("alertname", "Alertmanager")
    return Subject(type=SubjectType.SYSTEM, id=f"am:{name}"[:64], name=name)
