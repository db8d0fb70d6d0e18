"""Use cases of the settings pages: who may come in, and what people change about themselves."""

from dashboard.services.erasing import Erased, TooShort, erase_person
from dashboard.services.people import Refused, change_access, change_teams, invite_user, password_link
from dashboard.services.profile import change_locale, change_password, change_profile
from dashboard.services.samples import (
    CONFIRMED_BY,
    Sample,
    cancel_samples,
    execute_samples,
    load_samples,
    request_samples,
    samples,
)
from dashboard.services.samples import LOADED as SAMPLES_LOADED
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
    "CONFIRMED_BY",
    "SAMPLES_LOADED",
    "Erased",
    "Refused",
    "Sample",
    "TooShort",
    "WeeklyMail",
    "cancel_samples",
    "change_access",
    "change_locale",
    "change_password",
    "change_profile",
    "change_teams",
    "due_week",
    "end_session",
    "end_sessions",
    "erase_person",
    "execute_samples",
    "invite_user",
    "load_samples",
    "note_session",
    "password_link",
    "post_report_to",
    "post_weekly_mail",
    "remove_second_factor",
    "request_samples",
    "samples",
    "set_weekly_mail",
    "weekly_mail",
]
