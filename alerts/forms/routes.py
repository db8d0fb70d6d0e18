"""A route: which alerts go to which channels."""

from typing import Any

from django import forms

from alerts.enums import Digest, Severity
from alerts.forms.matching import MatchForm
from alerts.forms.silences import time_zones
from alerts.models import Channel, Route
from alerts.models.hours import DAY_NAMES
from alerts.models.routing import MOST_INTERVAL_MINUTES, MOST_STEP_MINUTES, MOST_STEPS

PLAIN = (
    "name", "position", "enabled", "digest", "digest_up_to", "digest_hour", "days", "from_time", "to_time",
    "time_zone", "interval_minutes",
)  # fmt: skip


def _step_fields(number: int) -> dict[str, forms.Field]:
    minutes = forms.IntegerField(
        min_value=1,
        max_value=MOST_STEP_MINUTES,
        required=False,
        label=f"Step {number}: minutes without acknowledgement",
    )
    channels = forms.ModelMultipleChoiceField(
        queryset=Channel.objects.all(),
        required=False,
        label=f"Step {number}: then also tell",
        widget=forms.CheckboxSelectMultiple,
    )
    return {f"step_{number}_minutes": minutes, f"step_{number}_channels": channels}


def _time(label: str, help_text: str) -> forms.TimeField:
    picker = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=picker, help_text=help_text)


class RouteForm(MatchForm):
    field_order = ("name", "channels")

    name = forms.CharField(max_length=80)
    channels = forms.ModelMultipleChoiceField(
        queryset=Channel.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    position = forms.IntegerField(
        min_value=0,
        max_value=32767,
        initial=100,
        help_text="The lowest is asked first; a channel hears of an alert through the first that takes it.",
    )
    digest = forms.ChoiceField(choices=Digest.choices, required=False, initial=Digest.DAILY)
    digest_up_to = forms.ChoiceField(
        choices=Severity.choices,
        initial=Severity.INFO,
        label="In the digest only",
        help_text="Alerts up to this severity.",
    )
    digest_hour = forms.IntegerField(
        min_value=0,
        max_value=23,
        initial=8,
        label="Hour of a daily digest",
        help_text="In the time zone below.",
    )
    days = forms.TypedMultipleChoiceField(
        choices=list(enumerate(DAY_NAMES, start=1)),
        coerce=int,
        required=False,
        label="On these days",
        widget=forms.CheckboxSelectMultiple,
        help_text="None: every day.",
    )
    from_time = _time("From", "Empty: the whole day.")
    to_time = _time("To", "Before the start: on the next day.")
    time_zone = forms.ChoiceField(choices=time_zones, initial="UTC", help_text="Of the hours and the digest.")
    interval_minutes = forms.IntegerField(
        min_value=0,
        max_value=MOST_INTERVAL_MINUTES,
        initial=5,
        label="Minutes between messages",
        help_text="After a message about a source or model, new alerts about it wait so long, to go as one.",
    )
    enabled = forms.BooleanField(required=False, initial=True, label="In use")

    def __init__(self, *args: Any, route: Route | None = None, **kwargs: Any) -> None:
        self.route = route
        if route is not None:
            fields = {name: getattr(route, name) for name in PLAIN}
            kwargs["initial"] = {**route.match, **fields, "channels": list(route.channels.all())}
            for number, step in enumerate(route.steps.prefetch_related("channels"), start=1):
                kwargs["initial"] |= {
                    f"step_{number}_minutes": step.after_minutes,
                    f"step_{number}_channels": list(step.channels.all()),
                }
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_STEPS + 1):
            self.fields |= _step_fields(number)
        self.order_fields(("name", "channels", *(name for name in self.fields if name.startswith("step_"))))

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        others = Route.objects.filter(name=name)
        if self.route is not None:
            others = others.exclude(pk=self.route.pk)
        if others.exists():
            raise forms.ValidationError("Another route has this name.")
        return name

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
                self.add_error(f"step_{number}_{missing}", "A step needs minutes and channels.")
            elif minutes:
                data["steps"].append({"after_minutes": minutes, "channels": list(channels)})
        if len({step["after_minutes"] for step in data["steps"]}) < len(data["steps"]):
            self.add_error(None, "Two steps come after the same number of minutes.")
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of ``create_route`` and ``update_route``."""
        return self.others | {"match": self.match}
