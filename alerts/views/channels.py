"""Setting up channels."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import selectors, services
from alerts.channels import CHANNELS, ChannelKind
from alerts.forms import ChannelForm
from alerts.models import Channel
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission


@require_safe
def channel_list(request: HttpRequest) -> HttpResponse:
    channels = [(channel, _label(channel)) for channel in Channel.objects.prefetch_related("routes")]
    return render(request, "alerts/channel_list.html", {"channels": channels, "kinds": list(CHANNELS)})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_channel")
def channel_create(request: HttpRequest, kind: str) -> HttpResponse:
    form = ChannelForm(request.POST or None, kind=_kind(kind))
    if form.is_valid():
        channel = services.create_channel(kind=kind, **form.values, by=request.user)
        messages.success(request, f"{channel.name} is set up. Send a test to see that it works.")
        return redirect("alerts:channel_list")
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_channel")
def channel_edit(request: PageRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    if request.htmx:
        return render(request, "alerts/channel_form.html#test-result", _test_of(channel))
    form = ChannelForm(request.POST or None, kind=_kind(channel.kind), channel=channel)
    if form.is_valid():
        services.update_channel(channel, **form.values, by=request.user)
        messages.success(request, f"{channel.name} is saved.")
        return redirect("alerts:channel_list")
    return _form(request, form)


@require_POST
@require_permission("alerts.change_channel")
def channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    services.send_test(channel, by=request.user)
    messages.success(request, f"A test is on its way to {channel.name}; what it was answered shows here.")
    return redirect(channel)


def _form(request: HttpRequest, form: ChannelForm) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "channel": form.channel, "kind": form.kind}
    if form.channel is not None:
        context |= _test_of(form.channel)
    return render(request, "alerts/channel_form.html", context, status=status)


def _test_of(channel: Channel) -> dict[str, Any]:
    """The last test of a channel, and what became of it."""
    return {"channel": channel, "test": selectors.last_test(channel)}


def _kind(key: str) -> ChannelKind:
    try:
        return CHANNELS[key]
    except LookupError as unknown:
        raise Http404(str(unknown)) from None


def _label(channel: Channel) -> str:
    return CHANNELS[channel.kind].label if channel.kind in CHANNELS else f"{channel.kind} (not installed)"
