"""One door for pages and admin: password, second factor, single sign-on; and what is kept of it."""

from base64 import b32encode
from secrets import token_bytes
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse

from dataops.web import audit, throttle, vault

CODES_REMEMBERED = 2 * settings.MFA_TOTP_TOLERANCE + 1
"""As many as are right at one moment."""


class SignIn(LoginView):
    """Name and password; who has a second factor is asked for it before the session begins."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        login = Login(user=user, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(self.request, {"username": user.get_username()}, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sso = {"name": settings.OIDC_NAME, "key": settings.OIDC_KEY} if settings.OIDC_URL else None
        return super().get_context_data(sso=sso, **kwargs)


@login_not_required
def admin_door(request: HttpRequest) -> HttpResponse:
    """The admin has no sign-in of its own, so that nothing of the one door can be gone round."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation; when identity has to be proven again is said by ``confirming``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, **_: Any) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keys of authenticator apps and recovery codes are secrets at rest like any other."""

    def generate_authenticator_name(self, *_: Any) -> str:
        return "Security key"

    def encrypt(self, text: str) -> str:
        return vault.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return vault.reveal("second factor", encrypted_text)
        except vault.SecretLost:
            # One that nobody knows, so that no code is right; an administrator removes the second factor.
            return b32encode(token_bytes(20)).decode()


class ThrottledCode:
    """A code of a second factor, guessed at as slowly as a password."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        request = context.request
        if throttle.must_wait(request, self.user.get_username()):
            raise ValidationError("Too many tries.")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            _use_up(self.authenticator, code)
        except ValidationError:
            throttle.count(request, self.user.get_username())
            raise
        return code


@transaction.atomic
def _use_up(authenticator: Authenticator, code: str) -> None:
    """A code works once, in whichever process; allauth remembers that in each process alone."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    used = row.data.get("used", [])
    if code in used:
        raise ValidationError("This code was used already; wait for the next.")
    authenticator.data = row.data = row.data | {"used": [code, *used][:CODES_REMEMBERED]}
    row.save(update_fields=["data"])


class CodeForm(ThrottledCode, AuthenticateForm):
    pass


class ConfirmingCodeForm(ThrottledCode, ReauthenticateForm):
    pass


def has_second_factor(user: User) -> bool:
    return bool(is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]))


def is_right_code(request: HttpRequest, user: User, code: str) -> bool:
    """Whether this is a code of the person's app, or an unused recovery code; it is used up by asking."""
    with context.request_context(request):
        return CodeForm({"code": code}, user=user).is_valid()


def remove_second_factors(user: User) -> int:
    """For whoever lost theirs; returns how many there were."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    return removed


def rotate_second_factors() -> tuple[int, int]:
    """Encrypt every key of a second factor anew; returns how many, and how many are lost."""
    rotated = lost = 0
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN):
        sealed = {name: row.data[name] for name in ("secret", "seed") if name in row.data}
        anew, unreadable = vault.sealed_anew(sealed)
        rotated, lost = rotated + len(sealed) - unreadable, lost + unreadable
        row.data |= anew
        row.save(update_fields=["data"])
    return rotated, lost


def record_change(*, signal: Signal, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Second factors that come and go are in the audit log."""
    did = {signals.authenticator_added: "added", signals.authenticator_removed: "removed"}
    kind = {"kind": authenticator.get_type_display()}
    audit.record(f"user.second_factor_{did.get(signal, 'made_anew')}", by=user, target=user, changes=kind)
