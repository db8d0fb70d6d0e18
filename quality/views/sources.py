"""Pages about sources."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from alerts.selectors import open_alerts
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import selectors, services
from quality.forms import UploadForm
from quality.forms.filters import RunFilter
from quality.models import DataSource
from quality.presenters import score_chart
from quality.views.columns import column_page

PAGE_SIZE = 50
RUNS_ON_CHART = 60


@require_safe
def source_detail(request: PageRequest, pk: int) -> HttpResponse:
    """Overview: the newest score and why, the trend, what is open."""
    source = _source(pk)
    trend = selectors.score_trends([pk], length=RUNS_ON_CHART).get(pk, [])
    newest = source.newest_run
    return _tab(
        request,
        source,
        "overview",
        trend=trend,
        chart=score_chart(source, trend, selectors.score_marks(trend)) if trend else None,
        issues=selectors.issues_by_kind(newest) if newest else [],
        costliest=selectors.costliest_results(newest) if newest else [],
        troubles=open_alerts(subject_type="source", subject_id=str(pk))[:10],
        upload_form=UploadForm(),
        live=selectors.live_runs([pk]).get(pk),
        whole_run=services.whole_run_of(source),
    )


@require_safe
def source_columns(request: PageRequest, pk: int) -> HttpResponse:
    source = _source(pk)
    whole_run = services.whole_run_of(source)
    of_whole = whole_run is not None and request.GET.get("of") == "whole"
    shown = whole_run if of_whole else source.newest_run
    found = services.whole_columns_of(shown) if of_whole else services.columns_of(shown)
    page = column_page(found, request.GET.get("page"))
    return _tab(
        request,
        source,
        "columns",
        columns=page,
        page_obj=page,
        shown_run=shown,
        whole_run=whole_run,
        of_whole=of_whole,
    )


@require_safe
def source_schema(request: PageRequest, pk: int) -> HttpResponse:
    source = _source(pk)
    page = Paginator(selectors.schema_history(source), PAGE_SIZE).get_page(request.GET.get("page"))
    return _tab(request, source, "schema", page_obj=page)


@require_safe
def source_runs(request: PageRequest, pk: int) -> HttpResponse:
    source = _source(pk)
    found = RunFilter(request.GET, queryset=selectors.runs_of(source))
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    is_filtered = any(request.GET.get(name) for name in found.filters)
    return _tab(request, source, "runs", page_obj=page, filter_form=found.form, is_filtered=is_filtered)


@require_POST
@require_permission("quality.run_checks")
def run_now(request: PageRequest, pk: int) -> HttpResponse:
    try:
        run = services.request_run(_source(pk), by=request.user)
    except services.NothingToCheck as nothing:
        messages.error(request, str(nothing))
        return redirect("quality:source_detail", pk)
    return redirect(run)


@require_POST
@require_permission("quality.change_datasource")
def source_read_all(request: PageRequest, pk: int) -> HttpResponse:
    """Look at all rows of a source that grows once more."""
    try:
        run = services.read_all_again(_source(pk), by=request.user)
    except (services.DoesNotGrow, services.NothingToCheck) as refused:
        messages.error(request, str(refused))
        return redirect("quality:source_settings", pk)
    messages.info(request, _("All rows are looked at again."))
    return redirect(run)


def _source(pk: int) -> DataSource:
    return get_object_or_404(DataSource.objects.with_newest_run().select_related("schedule"), pk=pk)


def _tab(request: PageRequest, source: DataSource, tab: str, **context: Any) -> HttpResponse:
    return render(request, f"quality/source_{tab}.html", {"source": source, "tab": tab} | context)
