"""A silence: which alerts nobody is told of, when, and why."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from alerts.enums import Repeat
from alerts.forms.matching import TAKES, MatchForm
from alerts.forms.setting_up import Section
from alerts.models import Silence
from dataops.web.fields import TimeZoneField
from dataops.web.words import lazy as _

MOMENT = "%Y-%m-%dT%H:%M"


def _moment(label: str, *, required: bool = True, help_text: str = "") -> forms.DateTimeField:
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label, required=required, widget=picker, input_formats=[MOMENT], help_text=help_text
    )


class SilenceForm(MatchForm):
    """Times are those of the time zone that is chosen."""

    model = Silence
    sections = (
        Section(_("Silence"), ("reason",)),
        Section(_("When"), ("starts_at", "ends_at", "time_zone", "repeat", "last_at")),
        TAKES,
    )

    reason = forms.CharField(max_length=300, help_text=_("Shown on every alert it holds back."))
    time_zone = TimeZoneField()
    starts_at = _moment(_("From"))
    ends_at = _moment(_("To"))
    repeat = forms.ChoiceField(
        choices=Repeat.choices,
        help_text=_(
            "One that repeats is a maintenance window: the same local time, also when clocks change."
        ),
    )
    last_at = _moment(_("Last time"), required=False, help_text=_("It does not repeat after this."))

    def __init__(self, *args: Any, instance: Silence | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(instance) | (kwargs.get("initial") or {})
        super().__init__(*args, instance=instance, **kwargs)

    def clean(self) -> dict[str, Any]:
        """The moments as they are meant in the chosen time zone."""
        data = super().clean() or self.cleaned_data
        zone = data.get("time_zone")
        for name in ("starts_at", "ends_at", "last_at"):
            if zone and data.get(name):
                data[name] = data[name].replace(tzinfo=ZoneInfo(zone))
        return data


def _initial(silence: Silence | None) -> dict[str, Any]:
    if silence is None:
        now = timezone.now().replace(second=0, microsecond=0)
        soon = now + timedelta(hours=2)
        return {"time_zone": timezone.get_current_timezone_name(), "starts_at": now, "ends_at": soon}
    zone = ZoneInfo(silence.time_zone)
    moments = {name: getattr(silence, name) for name in ("starts_at", "ends_at", "last_at")}
    local = {name: moment.astimezone(zone) for name, moment in moments.items() if moment}
    plain = {name: getattr(silence, name) for name in ("reason", "time_zone", "repeat")}
    return {**silence.match, **plain, **{name: moment.replace(tzinfo=None) for name, moment in local.items()}}
