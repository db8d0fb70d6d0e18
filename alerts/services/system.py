"""Alerts about the product itself: a part that fell silent, a queue that grows, a disk that fills up."""

from collections import Counter

from alerts.enums import SubjectType
from alerts.services.identity import Evidence, Subject
from alerts.services.reporting import report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web import health

PRODUCT = Subject(type=SubjectType.SYSTEM, id="product", name="DataOps Inspector", url="/settings/system/")
LOOKS_UNTIL_BAD = 2
"""One look may meet a restart; two in a row do not."""

_MILD = {"jobs": Severity.WARNING, "outbox": Severity.WARNING}
_TITLES = {
    "database": "The database does not answer",
    "broker": "The broker does not answer",
    "worker": "The worker of short jobs is silent",
    "heavy worker": "The worker of checks is silent",
    "scheduler": "The scheduler is silent",
    "storage": "The disk is nearly full",
    "jobs": "Jobs wait too long",
    "outbox": "Messages do not go out",
}


class SystemWatch:
    """Looks at every part again and again, and reports what stays bad."""

    def __init__(self) -> None:
        self._bad_looks: Counter[str] = Counter()

    def look(self) -> None:
        """One look at all parts; opens and ends their alerts."""
        parts = health.parts()
        for part in parts:
            self._bad_looks[part.name] = 0 if part.ok else self._bad_looks[part.name] + 1
        findings = [self._finding(part) for part in parts]
        evidence = Evidence(label="System status", url=PRODUCT.url, sequence=None)
        report(subject=PRODUCT, findings=findings, evidence=evidence)

    def _finding(self, part: health.Part) -> Finding:
        is_bad = self._bad_looks[part.name] >= LOOKS_UNTIL_BAD
        unsure = FindingState.NO_DATA if self._bad_looks[part.name] else FindingState.OK
        return Finding(
            kind=f"system.{part.name.replace(' ', '_')}",
            state=FindingState.BREACH if is_bad else unsure,
            severity=_MILD.get(part.name, Severity.CRITICAL),
            title=_TITLES.get(part.name, f"{part.name.capitalize()} does not work"),
            message=part.detail,
        )
