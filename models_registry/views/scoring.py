"""Batch scoring: ask for it, watch it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from models_registry import selectors, services
from models_registry.forms import ScoringForm
from models_registry.views.common import find_model, refuse, tab, tell_cancelled

PAGE_SIZE = 25


@require_http_methods(["GET", "POST"])
def model_scoring(request: PageRequest, name: str) -> HttpResponse:
    model = find_model(name)
    may = request.user.has_perms(["models_registry.predict", "quality.upload_data"])
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = ScoringForm(request.POST or None)
    if form.is_valid():
        try:
            services.request_scoring(
                version=services.champion_of(model), by=request.user, **form.cleaned_data
            )
        except InspectionError as error:
            refuse(form, error)
        else:
            return redirect("models:model_scoring", name)
    page = Paginator(selectors.scoring_runs_of(model), PAGE_SIZE).get_page(request.GET.get("page"))
    return tab(
        request,
        model,
        "scoring",
        status=422 if form.errors else 200,
        form=form,
        may_score=may,
        page_obj=page,
        is_live=any(not run.is_terminal for run in page),
    )


@require_POST
@require_permission("models_registry.predict")
def scoring_cancel(request: PageRequest, name: str, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.scoring_runs_of(find_model(name)), pk=pk)
    tell_cancelled(request, run, services.cancel_scoring(run=run, by=request.user))
    return redirect("models:model_scoring", name)
