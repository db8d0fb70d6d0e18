"""What needs somebody: one row a subject, the worst first."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min
from django.urls import reverse

from alerts.selectors import open_alerts
from dashboard.selectors.standing import ModelStanding, SourceStanding
from dataops.engine.types import Severity

STATE_RANK = {"failing": 2, "degraded": 1, "drifted": 1}
SEVERITIES = ("info", "warning", "critical")
COLUMNS = (
    "pk", "subject_type", "subject_id", "subject_name", "subject_url", "severity", "severity_rank", "title",
    "opened_at",
)  # fmt: skip
MOST_NAMED = 50
"""Of more subjects than these all alerts are read, which costs no more."""
PEOPLE = [
    f"{who}__{name}"
    for who in ("assignee", "acknowledged_by")
    for name in ("username", "first_name", "last_name")
]


@dataclass(frozen=True, slots=True)
class Concern:
    """A source, a model or the system that is not well.

    ``rank`` is that of a severity (0 to 2); ``who`` is on it, empty when nobody is; ``since`` is
    when its oldest open alert was opened, or when it was found like this. ``reason`` ends without a dot.
    """

    subject_type: str
    name: str
    url: str
    state: str
    rank: int
    reason: str
    since: datetime | None
    alert: int | None = None
    alerts: int = 0
    who: str = ""

    @property
    def alert_url(self) -> str:
        """Page of its worst alert; empty when there is none."""
        return reverse("alerts:alert_detail", args=[self.alert]) if self.alert else ""

    @property
    def severity(self) -> str:
        """How bad it is, as the word for its rank."""
        return SEVERITIES[self.rank]


@dataclass(frozen=True, slots=True)
class Concerns:
    """The worst of what needs somebody, worst first, and how many there are with those not told."""

    worst: list[Concern]
    count: int


Subject = tuple[str, str]
"""Type and key, as alerts have them."""


def concerns(
    sources: Sequence[SourceStanding], models: Sequence[ModelStanding], *, most: int | None = None
) -> Concerns:
    """Every subject with open alerts or a bad state, the ``most`` worst of them; two queries.

    A subject that has both is one row: its state from the standing, the rest from its worst alert.
    """
    states = {("source", str(s.pk)): _of_source(s) for s in sources if s.is_troubled}
    states |= {("model", str(m.pk)): _of_model(m) for m in models if m.drifted}
    places = {key: _place(state.rank, state.since, key) for key, state in states.items()}
    for key, rank, since in _alerting():
        places[key] = _place(max(rank, states[key].rank if key in states else 0), since, key)
    worst = sorted(places, key=places.__getitem__)[:most]
    alerts = _open_of(worst)
    found = [_of_alerts(alerts[key], states.get(key)) if key in alerts else states[key] for key in worst]
    return Concerns(found, len(places))


def _place(rank: int, since: datetime | None, key: Subject) -> tuple[int, float, Subject]:
    """The worst first, and of those the oldest."""
    return -rank, since.timestamp() if since else 0.0, key


def _alerting() -> Iterator[tuple[Subject, int, datetime]]:
    """Each subject with open alerts: how bad the worst is, and since when.

    There may be thousands of alerts, whose rows are not needed for this: an index has it all.
    """
    rows = open_alerts().order_by().values_list("subject_type", "subject_id")
    for *key, rank, since in rows.annotate(Max("severity_rank"), Min("opened_at")):
        yield (key[0], key[1]), rank, since


@dataclass(frozen=True, slots=True)
class _Open:
    """What is shown of an open alert."""

    pk: int
    subject_type: str
    subject_id: str
    subject_name: str
    subject_url: str
    severity: str
    severity_rank: int
    title: str
    opened_at: datetime
    who: str

    @property
    def place(self) -> tuple[int, datetime, int]:
        """The worst first, and of those the oldest."""
        return -self.severity_rank, self.opened_at, self.pk


def _open_of(subjects: Collection[Subject]) -> dict[Subject, list[_Open]]:
    rows = open_alerts().order_by()
    if len(subjects) <= MOST_NAMED:
        types, keys = {one for one, _ in subjects}, {key for _, key in subjects}
        rows = rows.filter(subject_type__in=types, subject_id__in=keys)
    found: dict[Subject, list[_Open]] = {}
    for row in rows.values_list(*COLUMNS, *PEOPLE):
        alert = _Open(*[*row[: len(COLUMNS)], _first_name(row[len(COLUMNS) :])])
        found.setdefault((alert.subject_type, alert.subject_id), []).append(alert)
    return found


def _first_name(people: tuple[str | None, ...]) -> str:
    """Name of the first of those who have one, each given as user name, first and last name."""
    for at in range(0, len(people), 3):
        username, *names = people[at : at + 3]
        if username:
            return " ".join(name for name in names if name) or username
    return ""


def _of_alerts(alerts: Sequence[_Open], state: Concern | None) -> Concern:
    worst = min(alerts, key=lambda alert: alert.place)
    return Concern(
        subject_type=worst.subject_type,
        name=worst.subject_name,
        url=worst.subject_url or reverse("alerts:alert_detail", args=[worst.pk]),
        state=state.state if state else worst.severity,
        rank=max(worst.severity_rank, state.rank if state else 0),
        reason=worst.title,
        since=min(alert.opened_at for alert in alerts),
        alert=worst.pk,
        alerts=len(alerts),
        who=worst.who,
    )


def _of_source(source: SourceStanding) -> Concern:
    rank = STATE_RANK[source.state]
    reason = source.reason.rstrip(".")
    return Concern("source", source.name, source.url, source.state, rank, reason, source.checked_at)


def _of_model(model: ModelStanding) -> Concern:
    rank = Severity(model.severity).rank if model.severity else STATE_RANK["drifted"]
    reason = (model.verdict or "").rstrip(".")
    return Concern("model", model.name, model.url, "drifted", rank, reason, model.checked_at)
