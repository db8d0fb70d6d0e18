"""Silences and maintenance windows."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import selectors, services
from alerts.forms import SilenceForm
from alerts.models import Silence
from alerts.models.matching import CONDITIONS
from dataops.web.permissions import require_permission

OVER_SHOWN = 20


@require_safe
def silence_list(request: HttpRequest) -> HttpResponse:
    silences = [(silence, selectors.held_by(silence)) for silence in Silence.objects.not_over()]
    over = [silence for silence in Silence.objects.all()[:200] if silence.is_over][:OVER_SHOWN]
    return render(request, "alerts/silence_list.html", {"silences": silences, "over": over})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_silence")
def silence_create(request: HttpRequest) -> HttpResponse:
    """A new silence; an alert's page hands over the conditions that take it."""
    asked = {name: request.GET[name] for name in CONDITIONS if name in request.GET}
    form = SilenceForm(request.POST or None, initial=asked)
    if form.is_valid():
        try:
            services.create_silence(**form.values, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, "In place. What it holds back and is still true at its end is told then."
            )
            return redirect("alerts:silence_list")
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_silence")
def silence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    silence = get_object_or_404(Silence, pk=pk)
    form = SilenceForm(request.POST or None, silence=silence)
    if form.is_valid():
        try:
            services.update_silence(get_object_or_404(Silence, pk=pk), **form.values, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Saved.")
            return redirect("alerts:silence_list")
    return _form(request, form)


@require_POST
@require_permission("alerts.change_silence")
def silence_end(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.end_silence(get_object_or_404(Silence, pk=pk), by=request.user)
    except services.Conflict as conflict:
        messages.warning(request, str(conflict))
    else:
        messages.success(request, "Over. What it held back is told within a minute.")
    return redirect("alerts:silence_list")


def _form(request: HttpRequest, form: SilenceForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "alerts/silence_form.html", {"form": form, "silence": form.silence}, status=status)
