"""Forms of drift: when it is checked, and what counts as it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import pretty_name

from dataops.engine.drift import METHODS
from dataops.web.fields import TimeZoneField
from dataops.web.words import lazy as _
from models_registry.models import DriftRun, Watch
from models_registry.services.drift_requests import DEFAULT_LAST, MOST_LAST


class DriftForm(forms.Form):
    """The newest predictions, or those of a period; the service says when it cannot be both."""

    last = forms.IntegerField(
        label=_("Newest predictions"),
        required=False,
        min_value=1,
        max_value=MOST_LAST,
        help_text=f"{DEFAULT_LAST:,} when nothing is given.",
    )
    window_from = forms.DateField(
        label=_("Or from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    window_to = forms.DateField(
        label=_("Until before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class WatchForm(forms.ModelForm):
    time_zone = TimeZoneField(label=_("Time zone"), help_text=_("That cron lines are meant in."))

    class Meta:
        model = Watch
        fields = [
            "cron", "every_minutes", "time_zone", "paused", "window_rows", "reference", "reference_run",
            "reference_windows",
        ]  # fmt: skip
        labels = {
            "cron": "Check at (cron)",
            "every_minutes": "Or every so many minutes",
            "window_rows": "Predictions a window",
            "reference": "Compared with",
            "reference_run": "Fixed window",
            "reference_windows": "Windows of a reference that moves on",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pinnable = DriftRun.objects.pinnable(self.instance.model.champion_id)
        self.fields["reference_run"].queryset = pinnable  # type: ignore[attr-defined]  # a choice of rows
        self.fields["reference_run"].label_from_instance = _window_label  # type: ignore[attr-defined]


def _window_label(run: DriftRun) -> str:
    said = ", drifted" if run.drifted else ", no drift"
    return f"Run {run.pk}: {run.current_from:%d %b %Y %H:%M} to {run.current_to:%d %b %Y %H:%M}{said}"


class PolicyForm(forms.Form):
    """What counts as drift: the method, how many false alarms, and how closely each column is watched."""

    method = forms.ChoiceField(
        help_text=_("The combined default tests all that can change, at a stated rate.")
    )
    threshold = forms.FloatField(
        required=False, min_value=0, help_text=_("Own limit for a single method: a p-value, or a distance.")
    )
    q = forms.FloatField(
        label=_("False alarms tolerated, rows independent"),
        min_value=1e-6,
        max_value=0.5,
        help_text=_("0.01: one check in a hundred without drift raises anything."),
    )
    window_alpha = forms.FloatField(
        label=_("False alarms tolerated, windows compared"),
        min_value=0.001,
        max_value=0.5,
        help_text=_("The same once 20 earlier windows tell what is usual."),
    )
    minimum_current = forms.IntegerField(label=_("Fewest rows compared"), min_value=2)
    joint_floor = forms.FloatField(
        label=_("Change that matters in how columns go together"),
        min_value=0.01,
        max_value=0.5,
        help_text=_(
            "How much better whole rows tell windows apart than single columns do; 0.5 never alarms."
        ),
    )

    fall_floor = forms.FloatField(
        label=_("Loss of performance that matters"),
        min_value=0.001,
        max_value=1,
        help_text=_("As a share of what the main metric was before: 0.05 is one twentieth; 1 never alarms."),
    )

    def __init__(self, *args: Any, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        default = ("default", _("Combined default"))
        self.fields["method"].choices = [default, *((m.key, m.label) for m in METHODS)]  # type: ignore[attr-defined]
        self._columns = {f"column_{place}": name for place, name in enumerate(columns)}
        for key, name in self._columns.items():
            self.fields[key] = forms.FloatField(
                label=f"Factor for {name}", min_value=0, max_value=1000, initial=1.0
            )

    @classmethod
    def of(cls, told: Mapping[str, Any], *, columns: Sequence[str]) -> "PolicyForm":
        """The form of a policy as it is."""
        factors = {f"column_{place}": told["columns"].get(name, 1.0) for place, name in enumerate(columns)}
        return cls(initial={**told, **factors}, columns=columns)

    @classmethod
    def told(cls, policy: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """What differs from the default policy, each with the label of its field."""
        labels = {name: str(field.label or pretty_name(name)) for name, field in cls.base_fields.items()}
        told = [(labels.get(name, name), value) for name, value in policy.items() if name != "columns"]
        return told + [(f"Factor for {name}", by) for name, by in policy.get("columns", {}).items()]

    @property
    def policy(self) -> dict[str, Any]:
        """The fields that ``services.read_policy`` takes; only of a valid form."""
        told = {key: value for key, value in self.cleaned_data.items() if key not in self._columns}
        factors = {name: self.cleaned_data[key] for key, name in self._columns.items()}
        return told | {"columns": {name: factor for name, factor in factors.items() if factor != 1.0}}

    @property
    def general(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self._columns]

    @property
    def factors(self) -> list[forms.BoundField]:
        return [self[key] for key in self._columns]
