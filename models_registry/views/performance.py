"""How good a model is: measured once the truth is known, estimated before."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.forms import MetricsForm, costs_form, costs_in
from models_registry.presenters import performance as presenters
from models_registry.services import metric_label
from models_registry.views.common import find_model, refuse, tab

PAGE_SIZE = 20


@require_safe
def model_performance(request: HttpRequest, name: str) -> HttpResponse:
    model = find_model(name)
    page = Paginator(selectors.performance_of(model), PAGE_SIZE).get_page(request.GET.get("page"))
    measured = selectors.measured_by_version(model).get(model.champion_id or 0, [])
    trust = services.trust_of(model.task, measured)
    week = request.GET.get("week", "")
    shown = selectors.newest_realised(model, int(week) if week.isdecimal() and len(week) < 18 else None)
    return tab(
        request,
        model,
        "performance",
        page_obj=page,
        rows=presenters.measurement_rows(page, model),
        chart=presenters.performance_chart(model, measured, trust),
        chart_label=presenters.PERFORMANCE_CAPTION.format(metric_label(presenters.charted(model, measured))),
        estimate=presenters.estimate_card(model, trust),
        detail=presenters.detail_card(model, shown),
        segments=presenters.segment_card(shown, request.GET.get("feature", "")),
        week=week,
        uses=presenters.use_rows(model),
        names=[(key, metric_label(key)) for key in presenters.shown_metrics(model)],
    )


@require_http_methods(["GET", "POST"])
@require_permission("models_registry.change_model")
def model_costs(request: PageRequest, name: str) -> HttpResponse:
    """What it costs to take one class for another."""
    model = find_model(name)
    classes = services.known_classes(model)
    form = costs_form(classes, request.POST if request.method == "POST" else None, model.costs)
    if form.is_valid():
        try:
            services.set_costs(model=model, classes=classes, costs=costs_in(form, classes), by=request.user)
        except InspectionError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("models:model_performance", name)
    return tab(request, model, "costs", status=422 if form.errors else 200, form=form, classes=classes)


@require_http_methods(["GET", "POST"])
@require_permission("models_registry.change_model")
def model_metrics(request: PageRequest, name: str) -> HttpResponse:
    """What is measured beside the built-in metrics."""
    model = find_model(name)
    form = MetricsForm(request.POST if request.method == "POST" else None, model=model)
    if form.is_valid():
        try:
            services.set_metrics(model=model, metrics=form.metrics, by=request.user)
        except ValidationError as error:
            for field, said in error.message_dict.items():
                form.add_error(field.removeprefix("metrics."), said)
        else:
            messages.success(request, _("Saved. The weeks whose truth is known are measured anew."))
            return redirect("models:model_performance", name)
    return tab(request, model, "metrics", status=422 if form.errors else 200, form=form)
