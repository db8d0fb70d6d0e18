"""Use cases of the settings pages: who may come in, and what people change about themselves."""

from dashboard.services.erasing import Erased, TooShort, erase_person
from dashboard.services.people import Refused, change_access, change_teams, invite_user, password_link
from dashboard.services.profile import change_locale, change_password, change_profile
from dashboard.services.sessions import end_session, end_sessions, note_session, remove_second_factor
from dashboard.services.weekly import (
    WeeklyMail,
    due_week,
    post_report_to,
    post_weekly_mail,
    set_weekly_mail,
    weekly_mail,
)

__all__ = [
    "Erased",
    "Refused",
    "TooShort",
    "WeeklyMail",
    "change_access",
    "change_locale",
    "change_password",
    "change_profile",
    "change_teams",
    "due_week",
    "end_session",
    "end_sessions",
    "erase_person",
    "invite_user",
    "note_session",
    "password_link",
    "post_report_to",
    "post_weekly_mail",
    "remove_second_factor",
    "set_weekly_mail",
    "weekly_mail",
]
