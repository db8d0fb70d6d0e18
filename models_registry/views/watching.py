"""The settings of a model: what is said about it, when drift is checked, and what counts as drift."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.forms import AboutForm, PolicyForm, WatchForm
from models_registry.models import Model, Watch
from models_registry.views.common import find_model, refuse, tab

PERMISSION = "models_registry.change_watch"
TRIES, VIOLATIONS = 5, 100


@require_http_methods(["GET", "POST"])
def model_settings(request: PageRequest, name: str) -> HttpResponse:
    """All of them; what is sent says when drift is checked by itself."""
    model = find_model(name)
    if request.method != "POST":
        return _page(request, model)
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    form = WatchForm(request.POST, instance=_watch_of(model))
    if form.is_valid():
        services.set_watch(model, by=request.user, **form.cleaned_data)
        messages.success(request, _("The schedule is saved."))
        return redirect("models:model_settings", name)
    return _page(request, model, status=422, watch_form=form)


@require_POST
@require_permission("models_registry.change_model")
def model_about(request: PageRequest, name: str) -> HttpResponse:
    """What the model is for, what it rejects, and putting it away."""
    model = find_model(name)
    form = AboutForm(request.POST, model=model, by=request.user)
    if not form.is_valid():
        return _page(request, model, status=422, form=form)
    services.update_model(model=model, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("models:model_settings", name)


@require_POST
@require_permission(PERMISSION)
def model_policy(request: PageRequest, name: str) -> HttpResponse:
    """Save what counts as drift, or have it tried on earlier windows first."""
    model = find_model(name)
    form = PolicyForm(request.POST, columns=_columns(model))
    if not form.is_valid():
        return _page(request, model, status=422, policy_form=form)
    try:
        if "try" in request.POST:
            champion = services.champion_of(model)
            return redirect(services.request_backtest(version=champion, policy=form.policy, by=request.user))
        services.set_watch(model, by=request.user, policy=form.policy)
    except InspectionError as error:
        refuse(form, error)
        return _page(request, model, status=422, policy_form=form)
    messages.success(request, _("Saved. The next drift check goes by it."))
    return redirect("models:model_settings", name)


def _page(request: PageRequest, model: Model, *, status: int = 200, **context: Any) -> HttpResponse:
    watch = _watch_of(model)
    policy = services.read_policy(watch.policy, services.shared_policy())
    context = {
        "watch": watch,
        "form": AboutForm(None, model=model, by=request.user),
        "watch_form": WatchForm(instance=watch),
        "policy_form": PolicyForm.of(services.whole_policy(policy), columns=_columns(model)),
        "policy": PolicyForm.told(watch.policy),
        "false_alarms": services.false_alarms_of(model, policy),
        "broken": selectors.violations_of(model)[:VIOLATIONS],
        "tries": selectors.backtests_of(model)[:TRIES],
        **context,
    }
    return tab(request, model, "settings", status=status, **context)


def _watch_of(model: Model) -> Watch:
    return getattr(model, "watch", None) or Watch(model=model)


def _columns(model: Model) -> list[str]:
    """What the champion is asked, and what it answers; nothing before there is one."""
    return services.watched_columns(model.champion) if model.champion else []
