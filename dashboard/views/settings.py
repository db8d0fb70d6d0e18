"""Settings: where everything is set, what the defaults are, and how the system is."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.forms import ThresholdsForm, WeightsForm
from dashboard.presenters.system import environment
from dashboard.selectors.setup import space
from dataops.engine.checks import CHECKS, Check, in_words, limit_unit
from dataops.engine.drift import METHODS, DriftPolicy
from dataops.engine.score import DEFAULT_WEIGHTS, FORMULA
from dataops.web import global_settings, health
from dataops.web.features import FEATURES, standing, switch
from dataops.web.htmx import PageRequest
from dataops.web.words import lazy as _
from quality import services as quality


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/settings.html")


@require_http_methods(["GET", "POST"])
def scoring(request: PageRequest) -> HttpResponse:
    """What every source is judged by, and the defaults that sources and models start from."""
    now, weights = quality.thresholds(), quality.weights()
    if request.method == "POST" and not request.user.has_perm("web.change_globalsetting"):
        raise PermissionDenied
    which = request.POST.get("form")
    thresholds_form = ThresholdsForm(request.POST if which == "thresholds" else None, initial=asdict(now))
    weights_form = WeightsForm(request.POST if which == "weights" else None, weights=weights)
    if thresholds_form.is_valid() and _saved(
        request,
        thresholds_form,
        lambda: quality.set_thresholds(**thresholds_form.cleaned_data, by=request.user),
    ):
        return redirect("settings:scoring")
    if weights_form.is_valid() and _saved(
        request, weights_form, lambda: quality.set_weights(weights_form.cleaned_data, by=request.user)
    ):
        return redirect("settings:scoring")
    context = {
        "now": now,
        "thresholds_form": thresholds_form,
        "weights_form": weights_form,
        "thresholds_change": global_settings.last_change(quality.THRESHOLDS),
        "weights_change": global_settings.last_change(quality.WEIGHTS),
        "default": quality.Thresholds(),
        "default_weights": DEFAULT_WEIGHTS.items(),
        "checks": [_check_row(check) for check in CHECKS],
        "weights": weights.items(),
        "methods": list(METHODS),
        "policy": DriftPolicy(),
        "formula": FORMULA,
    }
    return render(request, "dashboard/scoring.html", context)


def _check_row(check: Check) -> dict[str, Any]:
    limits, unit = check.default_limits, limit_unit(check)
    words = {
        name: "" if limit is None else f"{limits.direction} {in_words(limit, unit)}"
        for name, limit in (("warns", limits.warn), ("fails", limits.fail))
    }
    return {"check": check} | words


def _saved(request: PageRequest, form: Form, save: Callable[[], None]) -> bool:
    """Whether the service took what the form gave; its objections are shown in the form."""
    try:
        save()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Saved."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def features(request: PageRequest) -> HttpResponse:
    """What may be switched off for everybody."""
    if request.method != "POST":
        return render(request, "dashboard/features.html", {"features": standing()})
    if not request.user.has_perm("web.change_globalsetting"):
        raise PermissionDenied
    feature = next((one for one in FEATURES if one.key == request.POST.get("feature")), None)
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
