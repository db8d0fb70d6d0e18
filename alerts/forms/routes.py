"""A route: which alerts go to which channels."""

from typing import Any

from django import forms

from alerts.forms.matching import MatchForm
from alerts.forms.silences import time_zones
from alerts.models import Channel, Route
from alerts.models.hours import DAY_NAMES
from alerts.models.routing import MOST_INTERVAL_MINUTES

PLAIN = (
    "name", "position", "enabled", "days", "from_time", "to_time", "time_zone", "interval_minutes",
)  # fmt: skip


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
    time_zone = forms.ChoiceField(choices=time_zones, initial="UTC", help_text="Of these hours.")
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
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        others = Route.objects.filter(name=name)
        if self.route is not None:
            others = others.exclude(pk=self.route.pk)
        if others.exists():
            raise forms.ValidationError("Another route has this name.")
        return name

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of ``create_route`` and ``update_route``."""
        return self.others | {"match": self.match}
