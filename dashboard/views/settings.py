"""Settings: where everything is set, what the defaults are, and how the system is."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.presenters.settings import find, groups
from dashboard.presenters.system import environment, jobs
from dashboard.selectors.setup import space
from dashboard.selectors.standing import live_jobs
from dataops.engine.checks import CHECKS, Check, limit_unit
from dataops.engine.drift import METHODS
from dataops.engine.score import FORMULA
from dataops.web import health
from dataops.web.declared import PERMISSION, Group, SettingsForm, reset, standing
from dataops.web.features import FEATURES, switch
from dataops.web.features import SETTINGS as FEATURES_SET
from dataops.web.htmx import PageRequest
from dataops.web.permissions import require_permission
from dataops.web.templatetags.ui import measured
from dataops.web.words import lazy as _
from models_registry import services as models
from quality import services as quality


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/settings.html")


@require_safe
def every_setting(request: PageRequest) -> HttpResponse:
    """All that is set for everybody, to be searched, and reset."""
    text = request.GET.get("q", "")
    context = {"groups": list(groups(text, to=request.user)), "q": text}
    return render(request, "dashboard/every_setting.html", context)


@require_POST
@require_permission(PERMISSION)
def setting_reset(request: PageRequest) -> HttpResponse:
    """One setting back to its default; then on to the page that the button is on."""
    try:
        group, setting = find(request.POST.get("setting", ""))
        reset(group, setting, by=request.user)
    except LookupError as error:
        raise Http404(str(error)) from error
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
    else:
        messages.success(request, _("%(label)s: back to the default.") % {"label": gettext(setting.label)})
    return redirect("settings:every_setting" if "all" in request.POST else group.page)


@require_http_methods(["GET", "HEAD", "POST"])
def scoring(request: PageRequest) -> HttpResponse:
    """What every source is judged by, and the defaults that it starts from."""
    thresholds = _form(request, quality.THRESHOLD_SETTINGS)
    weights = _form(request, quality.WEIGHT_SETTINGS)
    if _saved(request, thresholds) or _saved(request, weights):
        return redirect("settings:scoring")
    context = {
        "now": quality.thresholds(),
        "forms": [(thresholds, _("Save thresholds")), (weights, _("Save weights"))],
        "checks": [_check_row(check) for check in CHECKS],
        "formula": FORMULA,
    }
    status = 422 if thresholds.errors or weights.errors else 200
    return render(request, "dashboard/scoring.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def drift(request: PageRequest) -> HttpResponse:
    """What counts as drift for every model that has no policy of its own."""
    form = _form(request, models.DRIFT_SETTINGS)
    if _saved(request, form):
        return redirect("settings:drift")
    context = {"form": form, "methods": list(METHODS), "policy": models.shared_policy()}
    return render(request, "dashboard/drift.html", context, status=422 if form.errors else 200)


def _form(request: PageRequest, group: Group) -> SettingsForm:
    """Of the group; bound when it is what was sent, which only administrators may."""
    if request.method == "POST" and not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    is_sent = request.POST.get("form") == group.key
    return SettingsForm(request.POST if is_sent else None, group=group, to=request.user)


def _saved(request: PageRequest, form: SettingsForm) -> bool:
    if not (form.is_valid() and form.save(by=request.user)):
        return False
    messages.success(request, _("Saved."))
    return True


def _check_row(check: Check) -> dict[str, Any]:
    limits, unit = check.default_limits, limit_unit(check)
    words = {
        name: "" if limit is None else f"{gettext(limits.direction)} {measured(limit, unit)}"
        for name, limit in (("warns", limits.warn), ("fails", limits.fail))
    }
    return {"check": check} | words


@require_http_methods(["GET", "HEAD", "POST"])
def features(request: PageRequest) -> HttpResponse:
    """What may be switched off for everybody."""
    if request.method != "POST":
        return render(
            request, "dashboard/features.html", {"features": standing(FEATURES_SET, to=request.user)}
        )
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    feature = next((one for one in FEATURES if one.setting == request.POST.get("feature")), None)
    if feature is None:
        raise Http404("There is no such feature.")
    switch(feature, on=request.POST.get("on") == "true", by=request.user)
    messages.success(request, _("Saved."))
    return redirect("settings:features")


@require_safe
def system(request: PageRequest) -> HttpResponse:
    """How every part is; htmx gets the short form for the dashboard."""
    parts = health.parts()
    context = {"parts": parts, "healthy": all(part.ok for part in parts)}
    if request.htmx:
        return render(request, "dashboard/_system_strip.html", context)
    if request.user.has_perm("web.view_auditevent"):
        context |= {"advice": environment(), "home": settings.DATAOPS_HOME}
    return render(request, "dashboard/system.html", context | {"space": space()})


@require_safe
def job_list(request: PageRequest) -> HttpResponse:
    """What is at work and what waits, by itself: each kind of job is a query."""
    part = "#jobs" if request.htmx else ""
    return render(request, f"dashboard/jobs.html{part}", {"jobs": jobs(live_jobs())})
