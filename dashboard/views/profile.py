"""What people change about themselves."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dashboard import services
from dashboard.forms import LocaleForm, OwnPasswordForm, ProfileForm, ThemeForm
from dashboard.selectors.people import role_of
from dataops.web.confirming import identity_proven_to_change
from dataops.web.locale import locale_of
from dataops.web.sign_in import has_second_factor

A_YEAR_SECONDS = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@identity_proven_to_change
def profile(request: HttpRequest) -> HttpResponse:
    me: Any = request.user
    # The form writes into its instance even when it is refused, so it gets one of its own.
    form = ProfileForm(request.POST or None, instance=get_user_model()._default_manager.get(pk=me.pk))
    if request.method == "POST" and form.is_valid():
        services.change_profile(me, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("settings:profile")
    return _page(request, profile_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    me: Any = request.user
    form = OwnPasswordForm(me, request.POST or None)
    if form.is_valid():
        services.change_password(me, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, me)
        services.note_session(request)
        messages.success(request, _("Your password is changed; other browsers are signed out."))
        return redirect("settings:profile")
    return _page(request, password_form=form)


@require_POST
def locale(request: HttpRequest) -> HttpResponse:
    form = LocaleForm(request.POST)
    if not form.is_valid():
        return _page(request, locale_form=form)
    services.change_locale(request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("settings:profile")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return _page(request, theme_form=form)
    response = redirect("settings:profile")
    response.set_cookie("theme", form.cleaned_data["theme"], max_age=A_YEAR_SECONDS, samesite="Lax")
    return response


def _page(request: HttpRequest, **forms: object) -> HttpResponse:
    """All the forms, the one that was sent with its errors."""
    context = {
        "profile_form": ProfileForm(instance=request.user),
        "password_form": OwnPasswordForm(request.user),
        "locale_form": LocaleForm(initial=model_to_dict(locale_of(request.user))),
        "theme_form": ThemeForm(initial={"theme": request.COOKIES.get("theme", "auto")}),
        "role": role_of(request.user),
        "has_second_factor": has_second_factor(request.user),  # type: ignore[arg-type]
    } | forms
    refused = any(form.errors for form in forms.values())  # type: ignore[attr-defined]
    return render(request, "dashboard/profile.html", context, status=422 if refused else 200)
