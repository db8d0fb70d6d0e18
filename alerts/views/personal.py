"""What one wants to be told, and about what."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from alerts import selectors, services
from alerts.forms import PreferenceForm, StanceForm
from dataops.web.htmx import PageRequest
from dataops.web.words import lazy as _

SAID = {
    "watch": _("You watch {}."),
    "mute": _("You hear nothing of {}."),
    "": _("You neither watch nor mute {}."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PageRequest) -> HttpResponse:
    form = PreferenceForm(request.POST or None, preference=selectors.preference_of(request.user))
    if form.is_valid() and _saved(request, form):
        return redirect("alerts:preferences")
    context = {
        "form": form,
        "stances": selectors.stances_of(request.user),
        "feed_address": request.build_absolute_uri(reverse("alerts:alert_feed", args=["TOKEN"])),
        "is_unsubscribed": selectors.is_unsubscribed(request.user),
    }
    return render(request, "alerts/preferences.html", context, status=422 if form.errors else 200)


def _saved(request: PageRequest, form: PreferenceForm) -> bool:
    """Whether the service took it; its objections are shown in the form."""
    try:
        services.change_preference(request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Saved; it counts from the next message."))
    return True


@require_POST
def mail_again(request: PageRequest) -> HttpResponse:
    """Take back that one unsubscribed."""
    services.allow_mail(request.user.email, by=request.user)
    messages.success(request, _("Mail about alerts comes again, as you set it here."))
    return redirect("alerts:preferences")


@require_POST
def stance(request: PageRequest) -> HttpResponse:
    """Watch or mute one subject, or take that back."""
    form = StanceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That is no subject to watch."))
        return redirect("alerts:preferences")
    said = form.cleaned_data
    about = {"subject_type": said["subject_type"], "subject_id": said["subject_id"]}
    if said["side"]:
        try:
            services.take_stance(request.user, **about, side=said["side"], name=said["name"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(_next(request))
    else:
        services.drop_stance(request.user, **about)
    messages.success(request, SAID[said["side"]].format(said["name"] or said["subject_type"]))
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Back to the page the button was on, if that is one of ours."""
    page = request.POST.get("next", "")
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if ours else "alerts:preferences"
