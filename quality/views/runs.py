"""Pages about runs, and the upload that starts one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import selectors, services
from quality.forms import UploadForm
from quality.models import CheckRun, HeldUpload
from quality.presenters import (
    accounting_rows,
    column_detail,
    draw_waterfall,
    margin_words,
    narrowed,
    unaccounted,
)
from quality.views.columns import column_page

# Where every cell is a text, so that a number can be called a word for no value.
WRITTEN_FORMATS = ("csv", "json", "ndjson", "excel")
RESULTS_WITH_ROWS, NOTABLE_SHOWN, FINE_SHOWN = 20, 200, 100


@require_http_methods(["GET", "POST"])
@require_permission("quality.upload_data")
def upload(request: PageRequest) -> HttpResponse:
    """A form without script; with it, JSON for the progress bar."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                return _answer(request, _hold(request, form).get_absolute_url())
            receipt = _receive(request, form.cleaned_data["file"], form.cleaned_data["source"])
        except InspectionError as error:
            form.add_error("file", str(error))
        else:
            if receipt.known:
                known = _("This content is known: it is identical to run %(run)s.")
                messages.info(request, known % {"run": receipt.run.pk})
            return _answer(request, receipt.run.get_absolute_url())
    if request.method == "POST" and _wants_json(request):
        problems = " ".join(str(message) for errors in form.errors.values() for message in errors)
        return JsonResponse({"detail": problems, "errors": form.errors}, status=422)
    return render(request, "quality/upload.html", {"form": form}, status=422 if form.errors else 200)


def _receive(request: PageRequest, file: UploadedFile, source_name: str) -> services.Receipt:
    return services.receive_upload(file=file, source_name=source_name.strip(), by=request.user)


def _hold(request: PageRequest, form: UploadForm) -> HeldUpload:
    """Keep the file to be looked at before it is checked."""
    given = form.cleaned_data
    return services.hold_upload(file=given["file"], source_name=given["source"].strip(), by=request.user)


def _answer(request: PageRequest, url: str) -> HttpResponse:
    return JsonResponse({"url": url}) if _wants_json(request) else redirect(url)


def _wants_json(request: PageRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


@require_safe
def run_detail(request: PageRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    if request.htmx:
        # The rest of the page depends on the end of the run: show it whole once it is there.
        if run.is_terminal:
            return HttpResponseClientRefresh()
        return render(request, "quality/run_detail.html#run-status", {"run": run})
    unmasked = services.allow_unmask(run, by=request.user, wanted=request.GET.get("unmask") == "true")
    failing = selectors.failing_rows(run, unmask=unmasked, most=RESULTS_WITH_ROWS)
    columns = column_page(services.columns_of(run), request.GET.get("page"), unmask=unmasked)
    context = {
        "run": run,
        "failing": [narrowed(sample) for sample in failing],
        "with_rows": {sample.result.pk for sample in failing},
        "personal": any(sample.personal for sample in failing),
        "unmasked": unmasked,
        "may_unmask": request.user.has_perm(services.UNMASK),
        "rejects": selectors.shown_rejects(run, unmask=unmasked),
        "dimensions": selectors.results_by_dimension(run, notable=NOTABLE_SHOWN, fine=FINE_SHOWN),
        "accounting": accounting_rows(run),
        "unaccounted": unaccounted(run),
        "waterfall": draw_waterfall(selectors.score_detail(run), request.GET.getlist("fix")),
        "capping": selectors.capping_results(run),
        **_missing_offers(request, run),
        "unusual": selectors.unusual_results(run),
        "columns": columns,
        "page_obj": columns,
    }
    return render(request, "quality/run_detail.html", context)


@require_safe
def run_column(request: PageRequest, pk: int, position: int) -> HttpResponse:
    """One column of a run's profile, beside the same column of its baseline."""
    run = _run(pk)
    unmasked = services.allow_unmask(run, by=request.user, wanted=request.GET.get("unmask") == "true")
    of_whole = request.GET.get("of") == "whole"
    found = services.whole_columns_of(run) if of_whole else services.columns_of(run)
    if found is None or not 1 <= position <= len(found):
        raise Http404(f"run {pk} has no column {position}")
    (column,) = found[position - 1 : position]
    baseline = services.columns_of(run.baseline) if not of_whole else None
    before = baseline.column(column.name) if baseline else None
    shown = selectors.mask_columns([column, *([before] if before else [])], unmask=unmasked)
    detail = column_detail(shown[0], shown[1] if before else None)
    results = selectors.sorted_results(run.results.filter(column=column.name))
    trends = reverse("quality:source_trend", args=[run.source_id])
    context = {
        "run": run,
        "results": results,
        "of_whole": of_whole,
        "margins": margin_words(shown[0]),
        "over_runs": f"{trends}?{urlencode({'column': column.name})}",
    }
    return render(request, "quality/run_column.html", context | detail)


@require_POST
@require_permission("quality.run_checks")
def run_cancel(request: PageRequest, pk: int) -> HttpResponse:
    run = _run(pk)
    if not services.cancel_run(run, by=request.user):
        messages.warning(request, _("The run was over already."))
    else:
        messages.info(request, _("Cancelled.") if run.is_terminal else _("The run stops at its next step."))
    return redirect(run)


@require_POST
@require_permission("quality.run_checks")
def run_accept(request: PageRequest, pk: int) -> HttpResponse:
    """Accept the run as something to compare with, or take that back."""
    accepted = request.POST.get("accepted") == "true"
    run = services.accept_run(_run(pk), by=request.user, accepted=accepted)
    messages.success(
        request, _("Later runs may be compared with this one.") if accepted else _("No longer a baseline.")
    )
    return redirect(run)


@require_POST
@require_permission("quality.run_checks")
def run_pin(request: PageRequest, pk: int) -> HttpResponse:
    """Compare all later runs with this one, or with the newest accepted one again."""
    run = _run(pk)
    pinned = request.POST.get("pinned") == "true"
    try:
        services.pin_baseline(run.source, run if pinned else None, by=request.user)
    except services.NotAccepted as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Pinned: all later runs are compared with this one.")
            if pinned
            else _("Later runs are compared with the newest accepted one again."),
        )
    return redirect(run)


def _missing_offers(request: PageRequest, run: CheckRun) -> dict[str, Any]:
    """Words, and numbers in a column of a text, to offer to who may change the source."""
    if not request.user.has_perm("quality.change_datasource"):
        return {"tokens": []}
    offers = selectors.missing_offers(run)
    written = run.snapshot is not None and run.snapshot.format in WRITTEN_FORMATS
    return {"tokens": offers.words, "missing_numbers": offers.stand_ins if written else []}


def _run(pk: int) -> CheckRun:
    return get_object_or_404(
        CheckRun.objects.select_related("source", "snapshot", "baseline", "requested_by", "rule_set"), pk=pk
    )
