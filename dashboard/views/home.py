"""The dashboard: everything at a glance, in parts that keep themselves fresh."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import ptag

from alerts.selectors import counts_by_severity
from dashboard.presenters.feed import item
from dashboard.presenters.guide import steps
from dashboard.presenters.tiles import tiles
from dashboard.presenters.trends import alert_chart, score_chart
from dashboard.presenters.verdict import verdict
from dashboard.selectors.activity import recent_activity
from dashboard.selectors.concerns import concerns
from dashboard.selectors.setup import has_mail_channel
from dashboard.selectors.standing import SourceStanding, jobs_by_state, model_standings, source_standings
from dashboard.selectors.trends import Period, period, trend
from dataops.web.htmx import PageRequest, wanted_part

RANGES = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
DEFAULT_RANGE = "7d"
CONCERNS_SHOWN = 8
PARTS = ("standing", "trends", "activity")


def pulse(request: PageRequest) -> str | None:
    """Changes when something happened; a part that polls is sent again only then. Two queries."""
    if not request.htmx or _part(request) == "trends":
        return None
    seen = repr((recent_activity(with_audit=True), jobs_by_state()))
    return hashlib.blake2b(seen.encode(), digest_size=12).hexdigest()


@require_safe
@ptag(pulse)
def home(request: PageRequest) -> HttpResponse:
    part = _part(request)
    if part == "activity":
        return render(request, "dashboard/home.html#activity", _activity(request))
    chosen = request.GET.get("range", "")
    chosen = chosen if chosen in RANGES else DEFAULT_RANGE
    over = period(RANGES[chosen])
    sources = source_standings(start=over.start)
    if part == "trends":
        return render(request, "dashboard/home.html#trends", _trends(over, sources, chosen))
    context = _standing(request, sources)
    if part == "standing":
        return render(request, "dashboard/home.html#standing", context)
    return render(
        request, "dashboard/home.html", context | _trends(over, sources, chosen) | _activity(request)
    )


def _part(request: PageRequest) -> str:
    """The part that htmx asks for; empty for the page."""
    name = wanted_part(request)
    return name if name in PARTS else ""


def _standing(request: PageRequest, sources: list[SourceStanding]) -> dict[str, Any]:
    models = model_standings()
    open_alerts = counts_by_severity()
    found = concerns(sources, models)
    context = {
        "is_new": not sources and not models,
        "verdict": verdict(found, sources, models),
        "tiles": tiles(sources, models, open_alerts, jobs_by_state()),
        "concerns": found[:CONCERNS_SHOWN],
        "concerns_left": len(found[CONCERNS_SHOWN:]),
        "open_alerts": sum(open_alerts.values()),
    }
    if not sources or not models:
        context["steps"] = steps(
            user=request.user, sources=bool(sources), models=bool(models), mail=has_mail_channel()
        )
    return context


def _trends(over: Period, sources: list[SourceStanding], chosen: str) -> dict[str, Any]:
    points = trend(over, sources)
    has_scores = any(point.average is not None for point in points)
    return {
        "ranges": list(RANGES),
        "chosen": chosen,
        "score_chart": score_chart(points, over) if has_scores else None,
        "alert_chart": alert_chart(points, over),
        "unit": "hour" if over.by_hour else "day",
    }


def _activity(request: PageRequest) -> dict[str, Any]:
    happenings = recent_activity(with_audit=request.user.has_perm("web.view_auditevent"))
    return {"feed": [item(happening) for happening in happenings]}
