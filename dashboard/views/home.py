"""The dashboard: everything at a glance, in parts that keep themselves fresh."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import ptag

from alerts.selectors import counts_by_severity
from dashboard.forms import TrendForm
from dashboard.presenters.calendar import heat_map
from dashboard.presenters.feed import FILTERS, item
from dashboard.presenters.guide import steps
from dashboard.presenters.tiles import tiles
from dashboard.presenters.trends import MEASURES, marks_of
from dashboard.presenters.verdict import verdict
from dashboard.selectors.activity import recent_activity
from dashboard.selectors.calendar import calendar
from dashboard.selectors.concerns import concerns
from dashboard.selectors.marks import marks
from dashboard.selectors.periods import period
from dashboard.selectors.setup import has_mail_channel
from dashboard.selectors.standing import SourceStanding, Standings, jobs_by_state, workload
from dataops.web.htmx import PageRequest, wanted_part

CONCERNS_SHOWN = 8
CALENDAR_DAYS, CALENDAR_SOURCES = 21, 12
FEED_LENGTHS = (12, 48, 192)
MAY_SEE_CHANGES = "web.view_auditevent"


def pulse(request: PageRequest) -> str | None:
    """Changes when something happened; a part that polls is sent again only then. Two queries."""
    if not request.htmx or _part(request) == "trends":
        return None
    asked = request.GET.get("activity"), _feed_length(request)
    seen = repr((recent_activity(with_audit=True), jobs_by_state(), asked))
    return hashlib.blake2b(seen.encode(), digest_size=12).hexdigest()


@require_safe
@ptag(pulse)
def home(request: PageRequest) -> HttpResponse:
    part = _part(request)
    if part:
        return render(request, f"dashboard/home.html#{part}", _PARTS[part](request, Standings()))
    now = Standings()
    context = _standing(request, now) | _trends(request, now) | _activity(request, now)
    return render(request, "dashboard/home.html", context | _calendar(now.sources))


def _part(request: PageRequest) -> str:
    """The part that htmx asks for; empty for the page."""
    name = wanted_part(request)
    return name if name in _PARTS else ""


def _standing(request: PageRequest, now: Standings) -> dict[str, Any]:
    sources, models = now.sources, now.models
    open_alerts = counts_by_severity()
    found = concerns(sources, models, most=CONCERNS_SHOWN)
    context = {
        "is_new": not sources and not models,
        "verdict": verdict(found, sources, models),
        "tiles": tiles(sources, models, open_alerts, workload()),
        "concerns": found.worst,
        "concerns_left": found.count - len(found.worst),
        "open_alerts": sum(open_alerts.values()),
    }
    if not sources or not models:
        context["steps"] = steps(
            user=request.user, sources=bool(sources), models=bool(models), mail=has_mail_channel()
        )
    return context


def _trends(request: PageRequest, now: Standings) -> dict[str, Any]:
    form = TrendForm(request.GET, measures=MEASURES, today=timezone.now().date())
    over, measure = form.period, MEASURES[form.measure]
    return {
        "trend_form": form,
        "measures": MEASURES.values(),
        "measure": measure,
        "trend_label": measure.sentence.format(unit=over.unit),
        "trend_chart": measure.draw(over, marks_of(over, marks(over), without=measure.shows), now),
    }


def _calendar(sources: list[SourceStanding]) -> dict[str, Any]:
    over = period(CALENDAR_DAYS)
    rows = calendar(over, sources, most=CALENDAR_SOURCES)
    return {"calendar": heat_map(over, rows), "calendar_left": len(sources) - len(rows)}


def _activity(request: PageRequest, _now: Standings) -> dict[str, Any]:
    asked, length = request.GET.get("activity", ""), _feed_length(request)
    chosen = asked if asked in FILTERS else ""
    with_audit = request.user.has_perm(MAY_SEE_CHANGES)
    found = recent_activity(limit=length, with_audit=with_audit, kinds=FILTERS.get(chosen, ()))
    longer = (one for one in FEED_LENGTHS if one > length)
    return {
        "feed": [item(happening) for happening in found],
        "feed_filters": [name for name in FILTERS if with_audit or name != "changes"],
        "feed_filter": chosen,
        "feed_length": length,
        "feed_longer": next(longer, None) if len(found) == length else None,
    }


def _feed_length(request: PageRequest) -> int:
    asked = request.GET.get("shown")
    return next((length for length in FEED_LENGTHS if str(length) == asked), FEED_LENGTHS[0])


_PARTS = {"standing": _standing, "trends": _trends, "activity": _activity}
