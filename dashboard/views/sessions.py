"""Where one is signed in, and signing out there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboard import services
from dashboard.presenters.browsers import browser_name
from dashboard.selectors.people import sessions_of
from dataops.web.words import lazy as _


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    sessions = [(each, browser_name(each.user_agent)) for each in sessions_of(request.user)]
    return render(request, "dashboard/session_list.html", {"sessions": sessions})


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Only one's own; of another's session nobody learns that it is there."""
    me: Any = request.user
    session = get_object_or_404(me.usersession_set, pk=pk)
    services.end_session(session, by=me)
    messages.success(request, _("That browser is signed out."))
    return redirect("settings:session_list")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    me: Any = request.user
    services.end_sessions(me, by=me, but=request.session.session_key or "")
    messages.success(request, _("Every other browser is signed out."))
    return redirect("settings:session_list")
