"""Use cases of the settings pages: who may come in, and what people change about themselves."""

from dashboard.services.people import Refused, change_access, change_teams, invite_user, password_link
from dashboard.services.profile import change_password, change_profile
from dashboard.services.sessions import end_session, end_sessions, note_session, remove_second_factor

__all__ = [
    "Refused",
    "change_access",
    "change_password",
    "change_profile",
    "change_teams",
    "end_session",
    "end_sessions",
    "invite_user",
    "note_session",
    "password_link",
    "remove_second_factor",
]
