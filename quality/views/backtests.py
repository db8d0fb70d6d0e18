"""A rule tried on the rows of earlier runs: how far it is, what it found, and arming it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from dataops.engine.checks import CHECKS
from dataops.engine.errors import InspectionError
from dataops.web import runs
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _
from quality import services
from quality.models import BacktestRun
from quality.presenters.rules import drafted_sentence, trial_rows


@require_safe
def backtest_detail(request: PageRequest, pk: int, backtest_pk: int) -> HttpResponse:
    job = _job(pk, backtest_pk)
    if request.htmx and job.is_terminal:
        return HttpResponseClientRefresh()
    context = {"job": job, "source": job.source}
    if request.htmx:
        return render(request, "quality/backtest_detail.html#backtest-status", context)
    known = {
        "sentence": drafted_sentence(job),
        "label": CHECKS[job.kind].label if job.kind in CHECKS else job.kind,
        "trials": trial_rows(job),
    }
    return render(request, "quality/backtest_detail.html", context | known)


@require_POST
@require_permission("quality.change_check")
def backtest_arm(request: PageRequest, pk: int, backtest_pk: int) -> HttpResponse:
    job = _job(pk, backtest_pk)
    try:
        services.arm_backtest(job, by=request.user)
    except (ValidationError, InspectionError) as error:
        text = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        messages.error(request, _("Nothing was changed: %(text)s") % {"text": text})
        return redirect(job)
    messages.success(request, _("Saved. The next run uses it."))
    return redirect("quality:source_rules", pk)


@require_POST
@require_permission("quality.change_check")
def backtest_cancel(request: PageRequest, pk: int, backtest_pk: int) -> HttpResponse:
    job = _job(pk, backtest_pk)
    runs.cancel(job)
    return redirect(job)


def _job(pk: int, backtest_pk: int) -> BacktestRun:
    jobs = BacktestRun.objects.select_related("source__newest_run", "rule")
    return get_object_or_404(jobs, pk=backtest_pk, source=pk)
