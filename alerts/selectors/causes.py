"""Why an alert may be there: what its subject is made from fails too. Computed when asked, never stored."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Case, Q, When

from alerts.enums import Severity
from alerts.models import Alert
from alerts.models.alert import WORST_FIRST

DEEPEST = 5
MOST_RELATED, MOST_NEAR = 20, 100
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

    def and_related(self, alert: Alert, *, limit: int = MOST_RELATED) -> tuple[list[Alert], list[Alert]]:
        """``of``, and the other open alerts of the same report and of what is made from its subject.

        Those come worst first. The first level of the causes is read with them: a query less.
        """
        direct = alert.upstream_subjects
        near = Alert.objects.unresolved().filter(_about(direct) | _related_to(alert)).exclude(pk=alert.pk)
        causes_first = Case(When(_about(direct), then=0), default=1)
        found = list(near.order_by(causes_first, *WORST_FIRST)[:MOST_NEAR])
        self._keep(direct, found)
        related = [other for other in found if (other.subject_type, other.subject_id) not in direct]
        return self.of(alert), related[:limit]

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
        bad = Alert.objects.unresolved().filter(_about(unknown), severity_rank__gte=Severity.WARNING.rank)
        self._keep(unknown, bad)

    def _keep(self, subjects: Iterable[Subject], alerts: Iterable[Alert]) -> None:
        """Of each subject the alerts about it, from warnings on."""
        rows: dict[Subject, list[Alert]] = defaultdict(list)
        for alert in alerts:
            if alert.severity_rank >= Severity.WARNING.rank:
                rows[alert.subject_type, alert.subject_id].append(alert)
        self._failing |= {subject: rows[subject] for subject in subjects}


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


def _related_to(alert: Alert) -> Q:
    """Alerts of the same report, and those about what is made from its subject."""
    same_report = Q(evidence_url=alert.evidence_url, subject_type=alert.subject_type,
                    subject_id=alert.subject_id) if alert.evidence_url else Q(pk__in=[])  # fmt: skip
    follows = Q(upstream__contains=f"\n{alert.subject_type}:{alert.subject_id}\n")
    return same_report | follows
