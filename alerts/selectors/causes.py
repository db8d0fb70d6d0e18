"""Why an alert may be there: what its subject is made from fails too. Computed when asked, never stored."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from alerts.enums import Severity
from alerts.models import Alert

DEEPEST = 5
Subject = tuple[str, str]


class Causes:
    """The open alerts that others probably follow from; what was looked up is kept for its lifetime.

    One query for each level of what depends on what, none for an alert whose subject is made from nothing.
    """

    def __init__(self) -> None:
        self._failing: dict[Subject, list[Alert]] = {}

    def of(self, alert: Alert) -> list[Alert]:
        """Alerts at the root, the worst first: warnings and worse about what its subject is made from.

        A failing subject whose own upstream fails is no root. Subjects that are made from each other have
        none, so that two alerts never hide one another.
        """
        roots = self._roots(alert.upstream_subjects, frozenset({(alert.subject_type, alert.subject_id)}))
        return sorted({root.pk: root for root in roots}.values(), key=lambda a: (-a.severity_rank, a.pk))

    def _roots(self, subjects: Iterable[Subject], seen: frozenset[Subject]) -> list[Alert]:
        ahead = [subject for subject in subjects if subject not in seen]
        if not ahead or len(seen) > DEEPEST:
            return []
        self._look_up(ahead)
        found: list[Alert] = []
        for subject in ahead:
            failing = self._failing[subject]
            further = {above for alert in failing for above in alert.upstream_subjects}
            roots = self._roots(further, seen | {subject})
            is_circle = bool(further & seen)
            found += roots or ([] if is_circle else failing)
        return found

    def _look_up(self, subjects: Iterable[Subject]) -> None:
        unknown = [subject for subject in subjects if subject not in self._failing]
        if not unknown:
            return
        about = Q(pk__in=[])
        for subject_type, subject_id in unknown:
            about |= Q(subject_type=subject_type, subject_id=subject_id)
        rows: dict[Subject, list[Alert]] = defaultdict(list)
        bad = Alert.objects.unresolved().filter(about, severity_rank__gte=Severity.WARNING.rank)
        for alert in bad.order_by("pk"):
            rows[alert.subject_type, alert.subject_id].append(alert)
        self._failing |= {subject: rows[subject] for subject in unknown}


def related_to(alert: Alert, *, limit: int = 20) -> QuerySet[Alert]:
    """Other open alerts of the same report, and those about what is made from its subject; worst first."""
    same_report = Q(evidence_url=alert.evidence_url, subject_type=alert.subject_type,
                    subject_id=alert.subject_id) if alert.evidence_url else Q(pk__in=[])  # fmt: skip
    follows = Q(upstream__contains=f"\n{alert.subject_type}:{alert.subject_id}\n")
    others = Alert.objects.unresolved().filter(same_report | follows).exclude(pk=alert.pk)
    return others.worst_first()[:limit]
