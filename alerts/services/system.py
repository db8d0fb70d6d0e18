"""Alerts about the product itself: a part that fell silent, a queue that grows, a disk that fills up."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from alerts.enums import SubjectType
from alerts.services.identity import Evidence, Subject
from alerts.services.reporting import report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web import health

PRODUCT = Subject(type=SubjectType.SYSTEM, id="product", name="DataOps Inspector", url="/settings/system/")
LOOKS_UNTIL_BAD = 2
"""One look may meet a restart; two in a row do not."""
COMES_UP_WITHIN = timedelta(seconds=90)
"""After a start; the time after which a part that was seen counts as silent, too."""

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
    """Looks at every part again and again, and reports what stays bad.

    It starts with the processes it watches. A part that has not worked since then may still be coming up,
    and on a slow machine it does so slowly: its silence counts once it had the time it needs.
    """

    def __init__(self, grace: timedelta = COMES_UP_WITHIN) -> None:
        self._grace = grace
        self._bad_looks: Counter[str] = Counter()
        self._came_up: set[str] = set()
        self._started_at = timezone.now()

    def look(self) -> bool:
        """One look at all parts; opens and ends their alerts. Whether all works that must."""
        parts = health.parts()
        self._came_up |= {part.name for part in parts if part.ok}
        is_start = abs(timezone.now() - self._started_at) < self._grace
        for part in parts:
            may_come_up = is_start and part.name not in self._came_up
            self._bad_looks[part.name] = 0 if part.ok or may_come_up else self._bad_looks[part.name] + 1
        for evidence in (_STATUS, *_EVIDENCE.values()):
            seen_there = [p for p in parts if _EVIDENCE.get(p.name, _STATUS) == evidence]
            report(subject=PRODUCT, findings=map(self._finding, seen_there), evidence=evidence)
        return all(self._bad_looks[part.name] < LOOKS_UNTIL_BAD or part.name in _MILD for part in parts)

    def _finding(self, part: health.Part) -> Finding:
        is_bad = self._bad_looks[part.name] >= LOOKS_UNTIL_BAD
        unsure = FindingState.OK if part.ok else FindingState.NO_DATA
        return Finding(
            kind=f"system.{part.name.replace(' ', '_')}",
            state=FindingState.BREACH if is_bad else unsure,
            severity=Severity.WARNING if part.name in _MILD else Severity.CRITICAL,
            title=_TITLES.get(part.name, f"{part.name.capitalize()} does not work"),
            message=part.detail,
        )
