"""What needs somebody: one row a subject, the worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from alerts.selectors import open_alerts
from dashboard.selectors.standing import ModelStanding, SourceStanding
from dataops.engine.types import Severity

STATE_RANK = {"failing": 2, "degraded": 1, "drifted": 1}


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
    alert_url: str = ""
    alerts: int = 0
    who: str = ""


def concerns(sources: Sequence[SourceStanding], models: Sequence[ModelStanding]) -> list[Concern]:
    """Every subject with open alerts or a bad state; one query.

    A subject that has both is one row: its state from the standing, the rest from its worst alert.
    """
    states = {("source", str(s.pk)): _of_source(s) for s in sources if s.is_troubled}
    states |= {("model", str(m.pk)): _of_model(m) for m in models if m.drifted}
    found = []
    for alert in _worst_alert_of_each_subject():
        state = states.pop((alert.subject_type, alert.subject_id), None)
        found.append(_of_alert(alert, state))
    return sorted([*found, *states.values()], key=_worst_first)


def _worst_alert_of_each_subject() -> QuerySet[Any]:
    subject = [F("subject_type"), F("subject_id")]
    place = Window(RowNumber(), subject, [F("severity_rank").desc(), F("opened_at").asc(), F("pk").asc()])
    light = (
        open_alerts().select_related("assignee", "acknowledged_by").defer("identity", "history", "message")
    )
    of_subject, since = Window(Count("pk"), subject), Window(Min("opened_at"), subject)
    return light.annotate(place=place, of_subject=of_subject, since=since).filter(place=1)


def _of_alert(alert: Any, state: Concern | None) -> Concern:
    on_it = alert.assignee or alert.acknowledged_by
    return Concern(
        subject_type=alert.subject_type,
        name=alert.subject_name,
        url=(state.url if state else alert.subject_url) or alert.get_absolute_url(),
        state=state.state if state else alert.severity,
        rank=max(alert.severity_rank, state.rank if state else 0),
        reason=alert.title,
        since=alert.since,
        alert_url=alert.get_absolute_url(),
        alerts=alert.of_subject,
        who=(on_it.get_full_name() or on_it.get_username()) if on_it else "",
    )


def _of_source(source: SourceStanding) -> Concern:
    rank = STATE_RANK[source.state]
    reason = source.reason.rstrip(".")
    return Concern("source", source.name, source.url, source.state, rank, reason, source.checked_at)


def _of_model(model: ModelStanding) -> Concern:
    rank = Severity(model.severity).rank if model.severity else STATE_RANK["drifted"]
    reason = (model.verdict or "").rstrip(".")
    return Concern("model", model.name, model.url, "drifted", rank, reason, model.checked_at)


def _worst_first(concern: Concern) -> tuple[int, float, str]:
    return -concern.rank, concern.since.timestamp() if concern.since else 0.0, concern.name
