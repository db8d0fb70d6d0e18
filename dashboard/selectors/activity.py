"""What happened lately in every room, newest first."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, FloatField, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from alerts.selectors import recent_events
from dataops.web.models import AuditEvent
from models_registry.models import AliasChange, DeployRun
from models_registry.selectors import recent_runs as recent_drift_runs
from quality.selectors import recent_runs as recent_check_runs

# Runs, deployments, alias changes and alert events have rows of their own in the feed.
TOLD_OTHERWISE = (
    "run.requested",
    "run.cancelled",
    "drift.requested",
    "drift.cancelled",
    "model.deploy_requested",
    "model.deployed",
    "model.deploy_cancelled",
    "model.promoted",
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of the feed.

    ``kind`` is check, drift, deploy, alias, alert or audit, and says what the rest means: ``state`` is
    how a run stands, what became of an alert, or what was done; ``ref`` finds the page of it;
    ``number`` is a score or a share of 0 to 1.
    """

    kind: str
    at: datetime
    actor: str
    subject: str
    state: str
    ref: str
    detail: str
    number: float | None


RUN = {
    "at": Coalesce("finished_at", "started_at", "created_at"),
    "actor": "requested_by__username",
    "state": "state",
    "ref": "pk",
    "detail": Value(""),
    "number": Value(None),
}
"""Where every kind of run has the columns of the feed."""


def recent_activity(
    *, limit: int = 12, with_audit: bool = False, kinds: Collection[str] = ()
) -> list[Happening]:
    """The newest ``limit`` things that happened, to anything or of these ``kinds`` only; one query.

    Each table gives its newest rows by index, and only those are put in order together.
    """
    told = [kind for kind in _PARTS if kind in kinds or not kinds]
    parts = [_PARTS[kind](limit) for kind in told if with_audit or kind != "audit"]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by("-feed_at")[:limit]
    return [Happening(*row) for row in rows]


def _checks(limit: int) -> QuerySet[Any]:
    return _part("check", recent_check_runs(limit), RUN | {"subject": "source__name", "number": "score"})


def _drift_runs(limit: int) -> QuerySet[Any]:
    state = Case(
        When(drifted=True, then=Value("drifted")), When(drifted=False, then=Value("stable")), default="state"
    )
    columns = {
        "subject": "version__model__name",
        "state": state,
        "detail": "severity",
        "number": "share_drifted",
    }
    return _part("drift", recent_drift_runs(limit), RUN | columns)


def _deployments(limit: int) -> QuerySet[Any]:
    columns = {"subject": "version__model__name", "ref": "version__number"}
    return _part("deploy", DeployRun.objects.all()[:limit], RUN | columns)


def _alias_changes(limit: int) -> QuerySet[Any]:
    columns = {
        "at": F("at"),
        "actor": "by__username",
        "subject": "model__name",
        "state": "alias",
        "ref": "version__number",
        "detail": "reason",
        "number": Value(None),
    }
    return _part("alias", AliasChange.objects.filter(withdrawn=False)[:limit], columns)


def _alerts(limit: int) -> QuerySet[Any]:
    columns = {
        "at": F("at"),
        "actor": "actor__username",
        "subject": "alert__subject_name",
        "state": "kind",
        "ref": "alert_id",
        "detail": "alert__title",
        "number": Value(None),
    }
    return _part("alert", recent_events(limit=limit), columns)


def _audit(limit: int) -> QuerySet[Any]:
    columns = {
        "at": F("at"),
        "actor": "actor_name",
        "subject": "target_name",
        "state": "action",
        "ref": "target_id",
        "detail": "target_type",
        "number": Value(None),
    }
    events = AuditEvent.objects.exclude(action__in=TOLD_OTHERWISE).exclude(action__startswith="alert.")
    return _part("audit", events[:limit], columns)


def _part(kind: str, newest: QuerySet[Any], columns: dict[str, Any]) -> QuerySet[Any]:
    """The rows of one table in the columns of the feed.

    A compound query may not have limits inside on every database, so the limit goes into a subquery.
    """
    texts = ("actor", "subject", "state", "ref", "detail")
    feed = {
        "feed_kind": Value(kind),
        "feed_at": columns["at"],
        **{f"feed_{name}": Coalesce(Cast(columns[name], CharField()), Value("")) for name in texts},
        "feed_number": Cast(columns["number"], FloatField()),
    }
    rows = newest.model._default_manager.filter(pk__in=newest.values("pk")).order_by()
    in_columns: QuerySet[Any] = rows.annotate(**feed).values_list(*feed)
    return in_columns


_PARTS: dict[str, Callable[[int], QuerySet[Any]]] = {
    "check": _checks,
    "drift": _drift_runs,
    "deploy": _deployments,
    "alias": _alias_changes,
    "alert": _alerts,
    "audit": _audit,
}
