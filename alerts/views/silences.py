"""Silences and maintenance windows."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import selectors, services
from alerts.forms import SilenceForm
from alerts.models import Silence
from alerts.models.matching import CONDITIONS
from alerts.views.editing import edit
from dataops.web.last_change import with_last_change
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _

OVER_SHOWN = 20


@require_safe
def silence_list(request: HttpRequest) -> HttpResponse:
    silences = selectors.holding(with_last_change(Silence.objects.not_over(), area="silence"))
    over = [silence for silence in Silence.objects.all()[:200] if silence.is_over][:OVER_SHOWN]
    return render(request, "alerts/silence_list.html", {"silences": silences, "over": over})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_silence")
def silence_create(request: HttpRequest) -> HttpResponse:
    """A new silence; an alert's page hands over the conditions that take it."""
    asked = {name: request.GET[name] for name in CONDITIONS if name in request.GET}
    form = SilenceForm(request.POST or None, initial=asked)
    done = _("In place. What it holds back and is still true at its end is told then.")
    return edit(request, form, noun="silence", save=services.create_silence, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_silence")
def silence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    silence = get_object_or_404(Silence, pk=pk)
    form = SilenceForm(request.POST or None, instance=silence)
    save = partial(services.update_silence, silence)
    return edit(request, form, noun="silence", save=save, done=_("Saved."))


@require_POST
@require_permission("alerts.change_silence")
def silence_end(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.end_silence(get_object_or_404(Silence, pk=pk), by=request.user)
    except services.Conflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, _("Over. What it held back is told within a minute."))
    return redirect("alerts:silence_list")
