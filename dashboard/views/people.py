"""Users and their roles; for administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard import services
from dashboard.forms import AccessForm, InviteForm, TeamsForm
from dashboard.selectors.people import people, role_of, sessions_of, teams_of
from dataops.web import audit
from dataops.web.confirming import identity_proven
from dataops.web.last_change import with_last_change
from dataops.web.permissions import require_permission
from dataops.web.sign_in import has_second_factor
from dataops.web.words import lazy as _

PAGE_SIZE = 50
MANAGE = "auth.change_user"


@require_safe
@require_permission(MANAGE)
def user_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(people(), PAGE_SIZE).get_page(request.GET.get("page"))
    shown = with_last_change(page, area="user")
    rows = [(person, role_of(person), teams_of(person)) for person in shown]
    return render(request, "dashboard/user_list.html", {"page_obj": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(MANAGE)
@identity_proven
def user_invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if form.is_valid():
        person = services.invite_user(by=request.user, **form.cleaned_data)
        return _show_link(request, person)
    return render(request, "dashboard/user_invite.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(MANAGE)
@identity_proven
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = AccessForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            services.change_access(person, by=request.user, **form.cleaned_data)
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The access of %(person)s is changed.") % {"person": person.get_username()}
            )
            return redirect("settings:user_list")
    return _user_page(request, person, form=form)


def _user_page(request: HttpRequest, person: Any, **forms: Any) -> HttpResponse:
    """All forms about a person, the one that was sent with its errors."""
    context = {
        "form": AccessForm(person=person),
        "teams_form": TeamsForm(person=person),
        "person": _person(person.pk),
        "sessions": len(sessions_of(person)),
        "has_second_factor": has_second_factor(person),
    } | forms
    refused = any(form.errors for form in forms.values())
    return render(request, "dashboard/user_edit.html", context, status=422 if refused else 200)


@require_POST
@require_permission(MANAGE)
def user_teams(request: HttpRequest, pk: int) -> HttpResponse:
    """Teams give no rights, so that everybody's may be changed, one's own too."""
    person = _person(pk)
    form = TeamsForm(request.POST, person=person)
    if form.is_valid():
        services.change_teams(person, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("The teams of %(person)s are changed.") % {"person": person.get_username()}
        )
        return redirect("settings:user_list")
    return _user_page(request, person, teams_form=form)


@require_POST
@require_permission(MANAGE)
@identity_proven
def user_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link to set a password, for whoever has lost theirs."""
    return _show_link(request, _person(pk))


@require_POST
@require_permission(MANAGE)
@identity_proven
def user_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    services.end_sessions(person, by=request.user)
    messages.success(request, _("%(person)s is signed out everywhere.") % {"person": person.get_username()})
    return redirect("settings:user_edit", pk)


@require_POST
@require_permission(MANAGE)
@identity_proven
def user_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever lost theirs: the password alone opens the account until a new one is added."""
    person = _person(pk)
    services.remove_second_factor(person, by=request.user)
    messages.success(
        request, _("%(person)s has no second factor any more.") % {"person": person.get_username()}
    )
    return redirect("settings:user_edit", pk)


def _show_link(request: HttpRequest, person: Any) -> HttpResponse:
    link = request.build_absolute_uri(services.password_link(person, by=request.user))
    return render(request, "dashboard/user_link.html", {"person": person, "link": link})


def _person(pk: int) -> Any:
    return get_object_or_404(get_user_model(), pk=pk)


@login_not_required
@require_safe
def open_password_link(request: HttpRequest) -> HttpResponse:
    """Takes the token out of the address, as Django does: from here on the session holds it."""
    request.session[INTERNAL_RESET_SESSION_TOKEN] = request.GET.get("token", "")
    return redirect("settings:set_password", request.GET.get("uid") or "none", SetPassword.reset_url_token)


class SetPassword(PasswordResetConfirmView):
    """Where the link leads: open to everybody who has it, once."""

    template_name = "dashboard/set_password.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        audit.record("user.password_set", by=form.user, target=form.user)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response
