"""One's own API tokens."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.forms import TokenForm
from dashboard.selectors.people import tokens_of
from dataops.web import tokens
from dataops.web.confirming import identity_proven_to_change
from dataops.web.features import SwitchedOff
from dataops.web.last_change import with_last_change
from dataops.web.models import TokenScope
from dataops.web.words import lazy as _


@require_http_methods(["GET", "HEAD", "POST"])
@identity_proven_to_change
def token_list(request: HttpRequest) -> HttpResponse:
    """A new token is in the answer itself and nowhere else, so that nothing has to keep it."""
    me: Any = request.user
    form = TokenForm(request.POST or None)
    text = ""
    if form.is_valid():
        text, form = _issued(me, form)
    is_read_only = bool(text) and request.POST["scope"] == TokenScope.READ
    rows = with_last_change(tokens_of(me), area="token")
    context = {"form": form, "text": text, "is_read_only": is_read_only, "tokens": rows}
    return render(request, "dashboard/token_list.html", context, status=422 if form.errors else 200)


def _issued(person: Any, form: TokenForm) -> tuple[str, TokenForm]:
    """The text of a new token and an empty form, or none and the form that says why not."""
    data = form.cleaned_data
    lifetime = timedelta(days=data["days"])
    try:
        _row, text = tokens.issue(user=person, name=data["name"], scope=data["scope"], lifetime=lifetime)
    except SwitchedOff as off:
        form.add_error(None, str(off))
        return "", form
    return text, TokenForm()


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Only one's own; of another's token nobody learns that it is there."""
    me: Any = request.user
    token = get_object_or_404(tokens_of(me), pk=pk)
    tokens.revoke(token, by=me)
    messages.success(request, _("%(name)s is revoked.") % {"name": token.name})
    return redirect("settings:token_list")
