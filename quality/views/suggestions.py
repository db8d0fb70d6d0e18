"""Rules that the data proposes: shown with what speaks for them, taken or left."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from dataops.engine.errors import InspectionError
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from quality import services
from quality.models import CheckResult, CheckRun, DataSource

SHOWN = 300


@require_safe
def source_suggestions(request: PageRequest, pk: int) -> HttpResponse:
    """Open suggestions; while a run looks for them, its progress."""
    source = _source(pk)
    return _page(request, source)


@require_POST
@require_permission("quality.change_check")
def suggestions_ask(request: PageRequest, pk: int) -> HttpResponse:
    try:
        services.request_suggestions(_source(pk), by=request.user)
    except services.NothingToLearn as nothing:
        messages.error(request, str(nothing))
    return redirect("quality:source_suggestions", pk)


@require_POST
@require_permission("quality.change_check")
def suggestions_decide(request: PageRequest, pk: int) -> HttpResponse:
    """Accept or dismiss what is ticked, or accept all."""
    source, action = _source(pk), request.POST.get("action", "")
    ids = None if action == "accept_all" else [int(i) for i in request.POST.getlist("id") if i.isdecimal()]
    if ids == []:
        messages.error(request, "Tick at least one suggestion.")
        return redirect("quality:source_suggestions", pk)
    try:
        if action == "dismiss":
            count = services.dismiss_suggestions(source, ids=ids, by=request.user)
            messages.success(request, f"{count} dismissed; they will not be proposed again.")
        else:
            rules = services.accept_suggestions(source, ids=ids, edits=_edits(request), by=request.user)
            messages.success(request, f"{len(rules)} rules added. The next run checks them.")
    except (ValidationError, InspectionError, ValueError) as error:
        text = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.error(request, f"Nothing was changed: {text}")
    return redirect("quality:source_suggestions", pk)


def _edits(request: PageRequest) -> dict[int, dict[str, Any]]:
    """Parameters that were written anew beside a suggestion; raises ValueError for what is no JSON object."""
    edits = {}
    for name, text in request.POST.items():
        number = name.removeprefix("params-")
        if name.startswith("params-") and number.isdecimal() and str(text).strip():
            given = json.loads(str(text))
            if not isinstance(given, dict):
                raise ValueError(f"parameters of suggestion {number}: write a JSON object")
            edits[int(number)] = {"params": given}
    return edits


@require_POST
@require_permission("quality.run_checks")
def run_expect(request: PageRequest, pk: int) -> HttpResponse:
    """An unusual number of this run was expected."""
    number = request.POST.get("result", "")
    run = get_object_or_404(CheckRun, pk=pk)
    result = get_object_or_404(CheckResult, run=run, pk=number if number.isdecimal() else 0)
    try:
        run = services.expect_result(result, by=request.user)
    except services.NotUnusual as error:
        messages.error(request, str(error))
        return redirect("quality:run_detail", pk)
    messages.success(request, "Noted: this is normal from now on.")
    return redirect(run)


def _page(request: PageRequest, source: DataSource) -> HttpResponse:
    proposed = source.suggested_rules.proposed()
    context = {
        "source": source,
        "tab": "suggestions",
        "job": source.suggestion_runs.first(),
        "suggestions": proposed[:SHOWN],
        "count": proposed.count(),
    }
    return render(request, "quality/source_suggestions.html", context)


def _source(pk: int) -> DataSource:
    return get_object_or_404(DataSource.objects.with_newest_run(), pk=pk)
