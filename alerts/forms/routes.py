"""A route: which alerts go to which channels."""

from typing import Any

from django import forms

from alerts.enums import Severity, SubjectType
from alerts.models import Channel, Route

CONDITIONS = ("severity_at_least", "subject_type", "kind")


class RouteForm(forms.Form):
    name = forms.CharField(max_length=80)
    severity_at_least = forms.ChoiceField(
        choices=[("", "Any severity"), *Severity.choices], required=False, label="Severity at least"
    )
    subject_type = forms.ChoiceField(
        choices=[("", "Anything"), *SubjectType.choices], required=False, label="About"
    )
    kind = forms.CharField(
        max_length=80,
        required=False,
        help_text="For example quality.score, or quality for all of quality. Empty takes every kind.",
    )
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
        match = {name: self.cleaned_data[name] for name in CONDITIONS if self.cleaned_data[name]}
        plain = {name: value for name, value in self.cleaned_data.items() if name not in CONDITIONS}
        return plain | {"match": match}
