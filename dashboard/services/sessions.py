"""Signing out elsewhere, and helping who lost a second factor."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from dashboard.selectors.people import sessions_of
from dataops.web import audit, sign_in


@transaction.atomic
def end_session(session: UserSession, *, by: Any) -> None:
    session.end()
    audit.record("session.ended", by=by, target=session.user, changes={"address": session.ip})


@transaction.atomic
def end_sessions(person: User, *, by: Any, but: str = "") -> None:
    """End every session of a person, but the one with this key."""
    ended = [session for session in sessions_of(person) if session.session_key != but]
    for session in ended:
        session.end()
    audit.record("session.all_ended", by=by, target=person, changes={"sessions": len(ended)})


def note_session(request: HttpRequest) -> None:
    """A session that got another key, as it does with a new password, is still the same browser."""
    UserSession.objects.create_from_request(request)


@transaction.atomic
def remove_second_factor(person: User, *, by: Any) -> None:
    if sign_in.remove_second_factors(person):
        audit.record("user.second_factor_removed", by=by, target=person)
