"""Files for the prediction log: hand one in, see what became of its rows."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from models_registry import selectors, services
from models_registry.forms import IngestForm
from models_registry.views.common import find_model, refuse, tab, tell_cancelled

PAGE_SIZE = 25


@require_http_methods(["GET", "POST"])
def model_ingests(request: PageRequest, name: str) -> HttpResponse:
    model = find_model(name)
    may = request.user.has_perm("models_registry.predict")
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = IngestForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            services.request_ingest(model=model, by=request.user, **form.cleaned_data)
        except InspectionError as error:
            refuse(form, error)
        else:
            return redirect("models:model_ingests", name)
    page = Paginator(selectors.ingest_runs_of(model), PAGE_SIZE).get_page(request.GET.get("page"))
    return tab(
        request,
        model,
        "ingests",
        status=422 if form.errors else 200,
        form=form,
        may_ingest=may and model.champion is not None and model.archived_at is None,
        page_obj=page,
        is_live=any(not run.is_terminal for run in page),
    )


@require_POST
@require_permission("models_registry.predict")
def ingest_cancel(request: PageRequest, name: str, pk: int) -> HttpResponse:
    run = get_object_or_404(selectors.ingest_runs_of(find_model(name)), pk=pk)
    tell_cancelled(request, run, services.cancel_ingest(run=run, by=request.user))
    return redirect("models:model_ingests", name)
