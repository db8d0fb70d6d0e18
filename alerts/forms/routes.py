"""A route: which alerts go to which channels."""

from typing import Any

from django import forms
from django.utils.text import format_lazy

from alerts.enums import Digest, Severity
from alerts.forms.matching import TAKES, MatchForm
from alerts.forms.setting_up import Section
from alerts.models import Channel, Route
from alerts.models.hours import DAY_NAMES
from alerts.models.matching import CONDITIONS
from alerts.models.routing import MOST_INTERVAL_MINUTES, MOST_STEP_MINUTES, MOST_STEPS
from dataops.web.fields import TimeZoneField
from dataops.web.words import lazy as _

WHEN = ("days", "from_time", "to_time", "time_zone", "interval_minutes")
DIGEST = ("digest", "digest_up_to", "digest_hour")
PLAIN = ("name", "position", "enabled", *WHEN, *DIGEST)
STEPS = tuple(f"step_{n}_{part}" for n in range(1, MOST_STEPS + 1) for part in ("minutes", "channels"))


def _step_fields(number: int) -> dict[str, forms.Field]:
    minutes = forms.IntegerField(
        min_value=1,
        max_value=MOST_STEP_MINUTES,
        required=False,
        label=format_lazy(_("Step {number}: after minutes"), number=number),
    )
    channels = forms.ModelMultipleChoiceField(
        queryset=Channel.objects.all(),
        required=False,
        label=format_lazy(_("Step {number}: also tell"), number=number),
        widget=forms.CheckboxSelectMultiple,
    )
    return {f"step_{number}_minutes": minutes, f"step_{number}_channels": channels}


def _time(label: str, help_text: str) -> forms.TimeField:
    picker = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=picker, help_text=help_text)


class RouteForm(MatchForm):
    model = Route
    sections = (
        Section(_("Where to"), ("name", "channels", "position", "enabled")),
        TAKES,
        Section(_("When"), WHEN, _("days, hours, and how long to wait between messages"), is_folded=True),
        Section(
            _("Digest"), DIGEST, _("what is mild comes together, by the hour or the day"), is_folded=True
        ),
        Section(_("Escalation"), STEPS, _("who else is told while nobody acknowledges"), is_folded=True),
    )

    name = forms.CharField(max_length=80)
    channels = forms.ModelMultipleChoiceField(
        queryset=Channel.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    position = forms.IntegerField(
        min_value=0,
        max_value=32767,
        initial=100,
        label=_("Order"),
        help_text=_(
            "The lowest is asked first; a channel hears of an alert through the first that takes it."
        ),
    )
    digest = forms.ChoiceField(choices=Digest.choices, required=False, initial=Digest.DAILY)
    digest_up_to = forms.ChoiceField(
        choices=Severity.choices,
        initial=Severity.INFO,
        label=_("In the digest only"),
        help_text=_("Alerts up to this severity."),
    )
    digest_hour = forms.IntegerField(
        min_value=0,
        max_value=23,
        initial=8,
        label=_("Hour of a daily digest"),
        help_text=_("In the time zone of the route."),
    )
    days = forms.TypedMultipleChoiceField(
        choices=list(enumerate(DAY_NAMES, start=1)),
        coerce=int,
        required=False,
        label=_("On these days"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: every day."),
    )
    from_time = _time("From", "Empty: the whole day.")
    to_time = _time("To", "Before the start: on the next day.")
    time_zone = TimeZoneField(initial="UTC", help_text=_("Of hours and digest."))
    interval_minutes = forms.IntegerField(
        min_value=0,
        max_value=MOST_INTERVAL_MINUTES,
        initial=5,
        label=_("Minutes between messages"),
        help_text=_(
            "After a message about a source or model, new alerts about it wait so long, to go as one."
        ),
    )
    enabled = forms.BooleanField(required=False, initial=True, label=_("In use"))

    def __init__(self, *args: Any, instance: Route | None = None, **kwargs: Any) -> None:
        if instance is not None:
            fields = {name: getattr(instance, name) for name in PLAIN}
            kwargs["initial"] = {**instance.match, **fields, "channels": list(instance.channels.all())}
            for number, step in enumerate(instance.steps.prefetch_related("channels"), start=1):
                kwargs["initial"] |= {
                    f"step_{number}_minutes": step.after_minutes,
                    f"step_{number}_channels": list(step.channels.all()),
                }
        super().__init__(*args, instance=instance, **kwargs)
        for number in range(1, MOST_STEPS + 1):
            self.fields |= _step_fields(number)

    def clean(self) -> dict[str, Any]:
        """The pairs of step fields become ``steps``."""
        data = super().clean() or self.cleaned_data
        data["steps"] = []
        for number in range(1, MOST_STEPS + 1):
            minutes, channels = (
                data.pop(f"step_{number}_minutes", None),
                data.pop(f"step_{number}_channels", ()),
            )
            if bool(minutes) != bool(channels):
                missing = "channels" if minutes else "minutes"
                self.add_error(f"step_{number}_{missing}", _("A step needs minutes and channels."))
            elif minutes:
                data["steps"].append({"after_minutes": minutes, "channels": list(channels)})
        if len({step["after_minutes"] for step in data["steps"]}) < len(data["steps"]):
            self.add_error(None, _("Two steps come after the same number of minutes."))
        return data

    @property
    def draft(self) -> dict[str, Any] | None:
        """Arguments of ``preview_route``; None for a new route that does not say where to yet."""
        if not self.is_bound:
            if self.instance is None:
                return None
            fields = {name: getattr(self.instance, name) for name in (*DIGEST[:2], "position", "match")}
            return fields | {"channels": self.instance.channels.all()}
        names = (*DIGEST[:2], "position", "channels")
        if {*names, *CONDITIONS} & set(self.errors):
            return None
        return {name: self.cleaned_data[name] for name in names} | {"match": self.match}
