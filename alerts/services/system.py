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

_MILD = {"jobs", "outbox", "deliveries"}
_STATUS = Evidence(label="System status", url=PRODUCT.url, sequence=None)
_EVIDENCE = {
    "deliveries": Evidence(label="Delivery log", url="/alerts/deliveries/?state=dead", sequence=None)
}
"""Where it is seen and mended, of what is not just looked at on the status page."""
_TITLES = {
    "database": "The database does not answer",
    "broker": "The broker does not answer",
    "worker": "The worker of short jobs is silent",
    "heavy worker": "The worker of checks is silent",
    "scheduler": "The scheduler is silent",
    "storage": "The disk is nearly full",
    "jobs": "Jobs wait too long",
    "outbox": "Messages do not go out",
    "deliveries": "Messages were given up",
}


class SystemWatch:
    """Looks at every part again and again, and reports what stays bad."""

    def __init__(self) -> None:
        self._bad_looks: Counter[str] = Counter()

    def look(self) -> bool:
        """One look at all parts; opens and ends their alerts. Whether all works that must."""
        parts = health.parts()
        for part in parts:
            self._bad_looks[part.name] = 0 if part.ok else self._bad_looks[part.name] + 1
        for evidence in (_STATUS, *_EVIDENCE.values()):
            seen_there = [p for p in parts if _EVIDENCE.get(p.name, _STATUS) == evidence]
            report(subject=PRODUCT, findings=map(self._finding, seen_there), evidence=evidence)
        return all(self._bad_looks[part.name] < LOOKS_UNTIL_BAD or part.name in _MILD for part in parts)

    def _finding(self, part: health.Part) -> Finding:
        is_bad = self._bad_looks[part.name] >= LOOKS_UNTIL_BAD
        unsure = FindingState.NO_DATA if self._bad_looks[part.name] else FindingState.OK
        return Finding(
            kind=f"system.{part.name.replace(' ', '_')}",
            state=FindingState.BREACH if is_bad else unsure,
            severity=Severity.WARNING if part.name in _MILD else Severity.CRITICAL,
            title=_TITLES.get(part.name, f"{part.name.capitalize()} does not work"),
            message=part.detail,
        )
