"""Drift checks: ask for one, watch it, read its report."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from models_registry import presenters, selectors, services
from models_registry.forms import DriftForm
from models_registry.models import DriftRun, Model
from models_registry.presenters.report import report_context
from models_registry.views.common import find_model, refuse, tab, tell_cancelled

PAGE_SIZE = 25


@require_safe
def model_drift(request: PageRequest, name: str) -> HttpResponse:
    return _runs(request, find_model(name), DriftForm())


def _runs(request: PageRequest, model: Model, form: DriftForm, status: int = 200) -> HttpResponse:
    runs = selectors.drift_runs_of(model)
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
    return tab(
        request,
        model,
        "drift",
        status=status,
        page_obj=page,
        form=form,
        chart=presenters.drift_chart(list(page)) if page.number == 1 else None,
        false_alarms=services.false_alarms_of(model, services.policy_of(model)),
        is_live=any(not run.is_terminal for run in page),
    )


@require_POST
@require_permission("models_registry.check_drift")
def check_drift(request: PageRequest, name: str) -> HttpResponse:
    model = find_model(name)
    form = DriftForm(request.POST)
    if form.is_valid():
        try:
            run = services.request_drift_run(
                version=services.champion_of(model), by=request.user, **_window(form.cleaned_data)
            )
        except InspectionError as error:
            refuse(form, error)
        else:
            return redirect(run.get_absolute_url())
    return _runs(request, model, form, status=422)


def _window(data: dict[str, Any]) -> dict[str, Any]:
    return {name: _midnight(value) if isinstance(value, date) else value for name, value in data.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


@require_safe
def drift_detail(request: PageRequest, name: str, pk: int) -> HttpResponse:
    run = _run(name, pk)
    if request.htmx:
        # The rest of the page depends on the end of the run: show it whole once it is there.
        if run.is_terminal:
            return HttpResponseClientRefresh()
        return render(request, "models_registry/drift_detail.html#run-status", {"run": run})
    context = report_context(run, selectors.effect_histories(run))
    return render(request, "models_registry/drift_detail.html", context)


@require_POST
@require_permission("models_registry.check_drift")
def drift_cancel(request: PageRequest, name: str, pk: int) -> HttpResponse:
    run = _run(name, pk)
    tell_cancelled(request, run, services.cancel_drift_run(run=run, by=request.user))
    return redirect(run.get_absolute_url())


@require_POST
@require_permission("models_registry.check_drift")
def drift_expected(request: PageRequest, name: str, pk: int) -> HttpResponse:
    """Say that this window is as it should be, or take that back."""
    run = _run(name, pk)
    services.expect_drift(run=run, by=request.user, expected=request.POST.get("expected") == "true")
    said = (
        _("Later windows may look like this one.")
        if run.expected
        else _("This window is no measure for others.")
    )
    messages.success(request, said)
    return redirect(run.get_absolute_url())


def _run(name: str, pk: int) -> DriftRun:
    runs = DriftRun.objects.select_related("version__model", "requested_by")
    runs = runs.defer("profile", "version__reference_profile", "version__signature")
    return get_object_or_404(runs, pk=pk, version__model__name=name)
