"""A route: which alerts go to which channels."""

from typing import Any

from django import forms

from alerts.forms.matching import MatchForm
from alerts.models import Channel, Route


class RouteForm(MatchForm):
    field_order = ("name",)

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
    enabled = forms.BooleanField(required=False, initial=True, label="In use")

    def __init__(self, *args: Any, route: Route | None = None, **kwargs: Any) -> None:
        self.route = route
        if route is not None:
            fields = {name: getattr(route, name) for name in ("name", "position", "enabled")}
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
