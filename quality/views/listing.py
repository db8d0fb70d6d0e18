"""The list of sources, and what is done to several of them at once."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alerts.selectors import kept_views
from dataops.web.bulk import Action, act_on_ticked, offered
from dataops.web.htmx import PageRequest, wanted_part
from dataops.web.lists import asked_of, owners, tags, toggled
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import selectors, services
from quality.models import DataSource

PAGE_SIZE = 50
CHECK, CHANGE = "quality.run_checks", "quality.change_datasource"
ACTIONS = (
    Action(
        "check", _("Check now"), "play", CHECK, _("Checks asked for: {}."),
        services.request_run, (services.NothingToCheck,),
    ),
    Action("archive", _("Archive"), "moon", CHANGE, _("Archived: {}."), services.archive_source),
    Action("restore", _("Bring back"), "refresh", CHANGE, _("Brought back: {}."), services.unarchive_source),
)  # fmt: skip
IN_USE, ARCHIVED = ACTIONS[:2], ACTIONS[2:]


@require_safe
def source_list(request: PageRequest) -> HttpResponse:
    asked, everything = asked_of(request, selectors.FILTERS), DataSource.objects.all()
    search, state, owner, tag, sort = asked.values()
    found = selectors.sources(search=search, state=state, owner=owner, tag=tag, sort=sort)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = _rows(list(page))
    context = {
        "rows": rows,
        "page_obj": page,
        "search": search,
        "chips": _state_chips(request, state),
        "choices": [owners(everything, owner), tags(everything, tag)],
        "kept": {name: asked[name] for name in ("state", "sort") if asked[name]},
        "views": kept_views("quality", request.user),
        "is_filtered": any(asked.values()),
        "actions": offered(ARCHIVED if state == selectors.ARCHIVED else IN_USE, request.user),
        "any_live": any(row["live"] for row in rows),
    }
    part = "#source-table" if wanted_part(request) == "source-table" else ""
    return render(request, f"quality/source_list.html{part}", context)


def _rows(sources: list[DataSource]) -> list[dict[str, Any]]:
    ids = [source.pk for source in sources]
    trends, alerts = selectors.score_trends(ids), selectors.open_alert_counts(ids)
    live = selectors.live_runs(ids)
    return [
        {
            "source": source,
            "scores": [run.score for run in trends.get(source.pk, [])],
            "alerts": alerts.get(source.pk, 0),
            "live": live.get(source.pk),
        }
        for source in sources
    ]


def _state_chips(request: PageRequest, state: str) -> list[dict[str, Any]]:
    counts = selectors.sources_by_state()
    if archived := selectors.archived_count():
        counts[selectors.ARCHIVED] = archived
    return [
        {"label": value, "url": toggled(request, "state", value), "active": value == state, "count": n}
        for value, n in counts.items()
        if n or value == state
    ]


@require_POST
@require_permission(CHECK)
def source_bulk(request: PageRequest) -> HttpResponse:
    """What is done with the ticked sources; then the same list again."""
    act_on_ticked(request, ACTIONS, DataSource.objects.all())
    query = QueryDict(request.POST.get("filters", "")).urlencode()
    return redirect(f"{reverse('quality:source_list')}?{query}")
