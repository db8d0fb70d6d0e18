"""Use cases of the settings pages: who may come in, and what people change about themselves."""

from dashboard.services.people import Refused, change_access, change_teams, invite_user, password_link
from dashboard.services.profile import change_password, change_profile

__all__ = [
    "Refused",
    "change_access",
    "change_password",
    "change_profile",
    "change_teams",
    "invite_user",
    "password_link",
]
