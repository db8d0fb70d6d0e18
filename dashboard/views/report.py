"""The business report: on a page, on paper, and every week by mail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard import services
from dashboard.forms import WeeklyMailForm
from dashboard.presenters import business
from dashboard.services.weekly import AREAS, SETTINGS
from dataops.web.htmx import PageRequest
from dataops.web.words import lazy as _


@require_safe
def report(request: PageRequest) -> HttpResponse:
    by = _by(request.GET.get("by", ""))
    context = {"report": business.report(by), "by": by, "areas": AREAS.items(), "now": timezone.now()}
    return render(request, "dashboard/report.html", context)


@require_POST
def send_to_me(request: PageRequest) -> HttpResponse:
    """The report as the weekly mail has it, to whoever asks."""
    if request.user.email:
        letter = business.letter(_by(request.POST.get("by", "")))
        services.post_report_to(request.user, letter)
        messages.success(request, _("It is on its way to %(email)s.") % {"email": request.user.email})
    else:
        messages.error(request, _("Your profile has no e-mail address; enter one there first."))
    return redirect("dashboard:report")


@require_http_methods(["GET", "HEAD", "POST"])
def weekly(request: PageRequest) -> HttpResponse:
    if request.method == "POST" and not request.user.has_perm("web.change_globalsetting"):
        raise PermissionDenied
    form = WeeklyMailForm(request.POST or None, group=SETTINGS, to=request.user)
    if form.is_valid() and form.save(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("settings:weekly_mail")
    return render(request, "dashboard/weekly_mail.html", {"form": form}, status=422 if form.errors else 200)


def _by(wanted: str) -> str:
    return wanted if wanted in AREAS else next(iter(AREAS))
