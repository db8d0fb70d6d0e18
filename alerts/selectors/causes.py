"""Why an alert may be there: what its subject is made from fails too. Computed when asked, never stored."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from alerts.enums import Severity
from alerts.models import Alert

DEEPEST = 5
MOST_FOLLOWING = 200
"""Subjects beyond which what is made from them is not asked for any more."""
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

    def look_ahead(self, alerts: Iterable[Alert]) -> None:
        """Look up what several alerts may follow from at once: a query a level, however many they are."""
        ahead = {subject for alert in alerts for subject in alert.upstream_subjects}
        for _ in range(DEEPEST):
            unknown = ahead - self._failing.keys()
            self._look_up(unknown)
            found = (alert for subject in unknown for alert in self._failing[subject])
            ahead = {subject for alert in found for subject in alert.upstream_subjects}

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
        rows: dict[Subject, list[Alert]] = defaultdict(list)
        bad = Alert.objects.unresolved().filter(_about(unknown), severity_rank__gte=Severity.WARNING.rank)
        for alert in bad.order_by("pk"):
            rows[alert.subject_type, alert.subject_id].append(alert)
        self._failing |= {subject: rows[subject] for subject in unknown}


def following(subject_type: str, subject_id: str) -> Q:
    """The condition of alerts about a subject and about what is made from it, near or far.

    One query for each level of what unresolved alerts say their subjects are made from.
    """
    known: set[Subject] = set()
    ahead: set[Subject] = {(subject_type, subject_id)}
    while ahead and len(known) < MOST_FOLLOWING:
        known |= ahead
        made_from = Q(pk__in=[])
        for kind, key in ahead:
            made_from |= Q(upstream__contains=f"\n{kind}:{key}\n")
        rows = Alert.objects.unresolved().filter(made_from).order_by()
        ahead = set(rows.values_list("subject_type", "subject_id").distinct()[:MOST_FOLLOWING]) - known
    return _about(known)


def _about(subjects: Iterable[Subject]) -> Q:
    """One condition a type, so that its depth does not grow with the subjects."""
    keys: dict[str, list[str]] = defaultdict(list)
    for subject_type, subject_id in subjects:
        keys[subject_type].append(subject_id)
    about = Q(pk__in=[])
    for subject_type, ids in keys.items():
        about |= Q(subject_type=subject_type, subject_id__in=ids)
    return about


def related_to(alert: Alert, *, limit: int = 20) -> QuerySet[Alert]:
    """Other open alerts of the same report, and those about what is made from its subject; worst first."""
    same_report = Q(evidence_url=alert.evidence_url, subject_type=alert.subject_type,
                    subject_id=alert.subject_id) if alert.evidence_url else Q(pk__in=[])  # fmt: skip
    follows = Q(upstream__contains=f"\n{alert.subject_type}:{alert.subject_id}\n")
    others = Alert.objects.unresolved().filter(same_report | follows).exclude(pk=alert.pk)
    return others.worst_first()[:limit]
