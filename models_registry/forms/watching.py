"""Forms of drift: when it is checked, and what counts as it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext

from dataops.engine.drift import METHODS
from dataops.engine.errors import InspectionError
from dataops.web.fields import LongSelect, TimeZoneField
from dataops.web.templatetags.ui import number
from dataops.web.words import lazy as _
from models_registry.models import DriftRun, Watch
from models_registry.services.drift_requests import DEFAULT_LAST, MOST_LAST
from models_registry.services.policies import DRIFT_SETTINGS, check_columns, read_policy, shared_policy
from quality.models import DataSource

FACTOR = _("Factor for %(name)s")


class DriftForm(forms.Form):
    """The newest predictions, those of a period, or a dataset; the service says when it cannot be both."""

    last = forms.IntegerField(
        label=_("Newest predictions"),
        required=False,
        min_value=1,
        max_value=MOST_LAST,
        help_text=format_lazy(_("{count} when nothing is given."), count=lazy(number, str)(DEFAULT_LAST)),
    )
    window_from = forms.DateField(
        label=_("Or from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    window_to = forms.DateField(
        label=_("Until before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    source = forms.ModelChoiceField(
        label=_("Or a dataset"),
        queryset=DataSource.objects.none(),
        required=False,
        empty_label="",
        widget=LongSelect,
        help_text=_("The newest data of a source. The model answers its rows; nothing is logged."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = DataSource.objects.active().order_by("name")  # type: ignore[attr-defined]


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


class WatchRowForm(forms.ModelForm):
    """A watch as a row with its policy, for the administration."""

    class Meta:
        model = Watch
        fields = ["model", *WatchForm.Meta.fields, "policy"]
        labels = WatchForm.Meta.labels
        help_texts = {
            "time_zone": _("That cron lines are meant in."),
            "policy": _(
                'What differs from everybody\'s, such as {"method": "psi", "threshold": 0.2} or '
                '{"columns": {"age": 0.5}}.'
            ),
        }

    def clean_policy(self) -> dict[str, Any]:
        return self.cleaned_data["policy"] or {}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        model = told.get("model")
        try:
            policy = read_policy(told.get("policy") or {}, shared_policy())
            if model and model.champion:
                check_columns(policy, model.champion)
        except InspectionError as refused:
            self.add_error("policy", str(refused))
        return told


def _window_label(run: DriftRun) -> str:
    stable, drifted = _("Run %(pk)s: %(start)s to %(end)s"), _("Run %(pk)s: %(start)s to %(end)s, drifted")
    ends = [localtime(moment) for moment in (run.current_from, run.current_to) if moment]
    start, end = (date_format(moment, "DATETIME_FORMAT") for moment in ends)
    said = drifted if run.drifted else stable
    return said % {"pk": run.pk, "start": start, "end": end}


def _shown(name: str, value: Any) -> Any:
    return gettext(METHODS[value].label) if name == "method" and value in METHODS else value


class PolicyForm(forms.Form):
    """What counts as drift: the method, how many false alarms, and how closely each column is watched."""

    def __init__(self, *args: Any, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {one.name: one.form_field() for one in DRIFT_SETTINGS.settings}
        self._columns = {f"column_{place}": name for place, name in enumerate(columns)}
        for key, name in self._columns.items():
            self.fields[key] = forms.FloatField(
                label=FACTOR % {"name": name}, min_value=0, max_value=1000, initial=1.0
            )

    @classmethod
    def of(cls, told: Mapping[str, Any], *, columns: Sequence[str]) -> "PolicyForm":
        """The form of a policy as it is."""
        factors = {f"column_{place}": told["columns"].get(name, 1.0) for place, name in enumerate(columns)}
        return cls(initial={**told, **factors}, columns=columns)

    @classmethod
    def told(cls, policy: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """What differs from everybody's policy, each with the label of its field."""
        labels = {one.name: gettext(one.label) for one in DRIFT_SETTINGS.settings}
        told = [
            (labels.get(name, name), _shown(name, value))
            for name, value in policy.items()
            if name != "columns"
        ]
        return told + [(FACTOR % {"name": name}, by) for name, by in policy.get("columns", {}).items()]

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
