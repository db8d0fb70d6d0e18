"""Two runs of a source side by side."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dataops.web.htmx import PageRequest
from dataops.web.runs import RunState
from quality import selectors, services
from quality.models import CheckRun
from quality.models.run import CheckRunQuerySet

CHOICES = 100


@require_safe
def run_compare(request: PageRequest, pk: int) -> HttpResponse:
    """This run against a chosen one, or else its baseline, or else the one before."""
    runs = CheckRun.objects.select_related("source", "rule_set").exclude(score=None)
    run = get_object_or_404(runs, pk=pk)
    others = runs.filter(source=run.source, state=RunState.SUCCEEDED).exclude(pk=pk).newest_first()
    wanted = request.GET.get("with", "")
    if wanted and not wanted.isdecimal():
        raise Http404(f"there is no run {wanted}")
    chosen = get_object_or_404(others, pk=int(wanted)) if wanted else _usual(run, others)
    context: dict[str, Any] = {"run": run, "others": others[:CHOICES], "chosen": chosen}
    if chosen is not None:
        context["comparison"] = selectors.compare_runs(
            chosen, run, (services.profile_of(chosen), services.profile_of(run))
        )
    return render(request, "quality/run_compare.html", context)


def _usual(run: CheckRun, others: CheckRunQuerySet) -> CheckRun | None:
    return others.filter(pk=run.baseline_id).first() or others.filter(pk__lt=run.pk).first() or others.first()
