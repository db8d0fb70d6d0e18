"""Setting up channels."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import selectors, services
from alerts.channels import CHANNELS, ChannelKind
from alerts.forms import ChannelForm
from alerts.models import Channel
from alerts.views.editing import delete, edit
from dataops.web.confirming import identity_proven
from dataops.web.htmx import PageRequest
from dataops.web.last_change import with_last_change
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _


@require_safe
def channel_list(request: HttpRequest) -> HttpResponse:
    rows = with_last_change(Channel.objects.prefetch_related("routes"), area="channel")
    context = {"channels": [(channel, _label(channel)) for channel in rows], "kinds": list(CHANNELS)}
    return render(request, "alerts/channel_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_channel")
@identity_proven
def channel_create(request: HttpRequest, kind: str) -> HttpResponse:
    form = ChannelForm(request.POST or None, kind=_kind(kind))
    save = partial(services.create_channel, kind=kind)
    done = _("{} is set up. Send a test to see that it works.")
    return edit(request, form, noun="channel", save=save, done=done, kind=form.kind)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_channel")
@identity_proven
def channel_edit(request: PageRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    if request.htmx:
        return render(request, "alerts/channel_form.html#test-result", _test_of(channel))
    form = ChannelForm(request.POST or None, kind=_kind(channel.kind), instance=channel)
    save = partial(services.update_channel, channel)
    context = {"kind": form.kind, "leaving": selectors.leaving_of(channel), **_test_of(channel)}
    return edit(request, form, noun="channel", save=save, done=_("{} is saved."), **context)


@require_POST
@require_permission("alerts.change_channel")
def channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    services.send_test(channel, by=request.user)
    messages.success(
        request,
        _("A test is on its way to %(name)s; what it was answered shows here.") % {"name": channel.name},
    )
    return redirect(channel)


@require_POST
@require_permission("alerts.change_channel")
@identity_proven
def channel_delete(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    done = _("{} is gone; its messages stay in the log.")
    return delete(request, channel, noun="channel", service=services.delete_channel, done=done)


def _test_of(channel: Channel) -> dict[str, Any]:
    """The last test of a channel, and what became of it."""
    return {"channel": channel, "test": selectors.last_test(channel)}


def _kind(key: str) -> ChannelKind:
    try:
        return CHANNELS[key]
    except LookupError as unknown:
        raise Http404(str(unknown)) from None


def _label(channel: Channel) -> str:
    if channel.kind not in CHANNELS:
        return _("%(kind)s (not installed)") % {"kind": channel.kind}
    return CHANNELS[channel.kind].label
