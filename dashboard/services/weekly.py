"""The weekly mail: who gets the business report, and when."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS

from alerts import services as alerts
from dataops.web import global_settings
from dataops.web.declared import Group, Setting
from dataops.web.locale import by_language
from dataops.web.words import lazy as _

KEY = "report.weekly"
SUBJECT = _("Your data this week")
AREAS = {"owner": _("Each owner"), "tag": _("Each tag")}
MISSED_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WeeklyMail:
    """Sent at ``hour`` of ``weekday`` (0 is Monday) by the clocks of ``time_zone``."""

    enabled: bool = False
    recipients: list[str] = field(default_factory=list)
    by: str = "owner"
    weekday: int = 0
    hour: int = 7
    time_zone: str = "UTC"

    def due_since(self, now: datetime) -> datetime:
        """The newest moment at which it was to be sent."""
        here = now.astimezone(ZoneInfo(self.time_zone))
        day = here - timedelta(days=(here.weekday() - self.weekday) % 7)
        due = day.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return due if due <= here else due - timedelta(days=7)


def weekly_mail() -> WeeklyMail:
    return WeeklyMail(**global_settings.read(KEY, {}))


def set_weekly_mail(changes: Mapping[str, Any], *, by: Any) -> None:
    """Change some of its fields; what is left out stays."""
    new = asdict(replace(weekly_mail(), **changes))
    global_settings.write(KEY, new, default=asdict(WeeklyMail()), by=by)


SETTINGS = Group(
    key="weekly",
    title=_("Weekly report"),
    page="settings:weekly_mail",
    settings=tuple(
        Setting(KEY, name, label, effect, asdict(WeeklyMail())[name], nothing=_("nobody"), choices=choices)
        for name, label, effect, choices in (
            ("enabled", _("Send it every week"), _("Off: nobody gets it; it can be read and printed."), {}),
            ("recipients", _("Recipients"), _("One address a line."), {}),
            ("by", _("A card for"), _("How the data is put together in the report."), AREAS),
            ("weekday", _("On"), _("Day of the week on which it is sent."), WEEKDAYS),
            ("hour", _("At (hour)"), _("Hour of that day, from 0 to 23."), {}),
            ("time_zone", _("Time zone"), _("By whose clocks the hour is meant."), {}),
        )
    ),
    now=lambda: asdict(weekly_mail()),
    change=lambda values, by: set_weekly_mail(values, by=by),
)


def due_week() -> str:
    """Which week's mail is to be written now, as a text that names it; empty when none is.

    One that was missed for a day, because nothing ran, waits for the next week.
    """
    plan, now = weekly_mail(), timezone.now()
    due = plan.due_since(now)
    is_wanted = plan.enabled and plan.recipients and now - due < MISSED_AFTER
    return due.date().isoformat() if is_wanted else ""


def post_weekly_mail(write: Callable[[], Mapping[str, Any]], *, week: str) -> None:
    """Put the report of a week into the outbox, once; ``write`` makes it, in each language that is read."""
    for language, addresses in by_language(weekly_mail().recipients).items():
        with translation.override(language):
            alerts.post_letter(
                subject=str(SUBJECT), letter=write(), to=addresses, key=f"weekly report {week} {language}"
            )


def post_report_to(person: Any, letter: Mapping[str, Any]) -> None:
    """The same mail for one person, now."""
    moment = timezone.now().isoformat()
    alerts.post_letter(
        subject=str(SUBJECT), letter=letter, to=[person.email], key=f"report {person.pk} {moment}"
    )
