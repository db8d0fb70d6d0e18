"""The list of models, and what is done to several of them at once."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from alerts.selectors import kept_views
from dataops.engine.errors import InspectionError
from dataops.web.bulk import Action, act_on_ticked, offered
from dataops.web.htmx import PageRequest, wanted_part
from dataops.web.lists import asked_of, owners, tags, toggled
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from models_registry import presenters, selectors, services
from models_registry.enums import Task
from models_registry.models import DriftRun, Model

PAGE_SIZE = 25
CHECK, CHANGE = "models_registry.check_drift", "models_registry.change_model"


@require_safe
def model_list(request: PageRequest) -> HttpResponse:
    asked, everything = asked_of(request, selectors.FILTERS), Model.objects.all()
    search, task, state, owner, tag, sort = asked.values()
    found = selectors.models(search=search, task=task, state=state, owner=owner, tag=tag, sort=sort)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = presenters.model_rows(list(page), selectors.open_alert_counts(model.pk for model in page))
    context = {
        "rows": rows,
        "page_obj": page,
        "search": search,
        "chips": _chips(request, task, state),
        "choices": [owners(everything, owner), tags(everything, tag)],
        "kept": {name: asked[name] for name in ("task", "state", "sort") if asked[name]},
        "views": kept_views("models", request.user),
        "is_filtered": any(asked.values()),
        "actions": offered(ARCHIVED if state == selectors.ARCHIVED else IN_USE, request.user),
        "is_live": any(row.is_checking or row.model.champion_id is None for row in rows),
    }
    part = "#model-table" if wanted_part(request) == "model-table" else ""
    return render(request, f"models_registry/model_list.html{part}", context)


def _chips(request: PageRequest, task: str, state: str) -> list[dict[str, Any]]:
    tasks = [_chip(request, "task", value, label, task) for value, label in Task.choices]
    counts = selectors.count_by_state().items()
    states = [_chip(request, "state", value, value, state, count) for value, count in counts]
    return tasks + [chip for chip in states if chip["count"] or chip["active"]]


def _chip(
    request: PageRequest, name: str, value: str, label: str, chosen: str, count: int | None = None
) -> dict[str, Any]:
    url = toggled(request, name, value)
    return {"label": label, "url": url, "active": value == chosen, "count": count}


@require_POST
@require_permission(CHECK)
def model_bulk(request: PageRequest) -> HttpResponse:
    """What is done with the ticked models; then the same list again."""
    act_on_ticked(request, ACTIONS, Model.objects.select_related("champion"))
    query = QueryDict(request.POST.get("filters", "")).urlencode()
    return redirect(f"{reverse('models:model_list')}?{query}")


def _check(model: Model, *, by: Any) -> DriftRun:
    return services.request_drift_run(version=services.champion_of(model), by=by)


def _archive(model: Model, *, by: Any) -> Model:
    return services.update_model(model=model, by=by, archived=True)


def _restore(model: Model, *, by: Any) -> Model:
    return services.update_model(model=model, by=by, archived=False)


ACTIONS = (
    Action(
        "check", _("Check for drift"), "play", CHECK, _("Checks asked for: {}."), _check, (InspectionError,)
    ),
    Action("archive", _("Archive"), "moon", CHANGE, _("Archived: {}."), _archive),
    Action("restore", _("Bring back"), "refresh", CHANGE, _("Brought back: {}."), _restore),
)
IN_USE, ARCHIVED = ACTIONS[:2], ACTIONS[2:]
