"""Sample data: what of it is there, loading it, and removing it with all that belongs to it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard import services
from dataops.web.declared import PERMISSION
from dataops.web.features import SwitchedOff
from dataops.web.htmx import PageRequest, wanted_part
from dataops.web.models import SampleRun
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _


@require_safe
@require_permission(PERMISSION)
def samples(request: PageRequest) -> HttpResponse:
    """While a job is at work only its progress is sent again; its end brings the whole page."""
    context = {
        "job": SampleRun.objects.first(),
        "there": services.samples(),
        "word": services.CONFIRMED_BY,
    }
    part = "#samples" if wanted_part(request) == "samples" else ""
    return render(request, f"dashboard/samples.html{part}", context)


@require_POST
@require_permission(PERMISSION)
def samples_load(request: PageRequest) -> HttpResponse:
    return _started(request, SampleRun.Action.LOAD)


@require_POST
@require_permission(PERMISSION)
def samples_remove(request: PageRequest) -> HttpResponse:
    """Needs the words that the page asks for."""
    if request.POST.get("confirm") == services.CONFIRMED_BY:
        return _started(request, SampleRun.Action.REMOVE)
    messages.error(
        request, _("Nothing was removed: type %(word)s to confirm.") % {"word": services.CONFIRMED_BY}
    )
    return redirect("settings:samples")


def _started(request: PageRequest, action: str) -> HttpResponse:
    try:
        services.request_samples(action, by=request.user)
    except SwitchedOff as refused:
        messages.error(request, str(refused))
    return redirect("settings:samples")


@require_POST
@require_permission(PERMISSION)
def samples_cancel(request: PageRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(SampleRun, pk=pk)
    if not services.cancel_samples(job, by=request.user):
        messages.warning(request, _("The run was over already."))
    return redirect("settings:samples")
