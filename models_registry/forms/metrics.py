"""What is measured of a model beside the built-in metrics: a tick and the settings of each metric."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms

from dataops.web import params
from models_registry.models import Model
from models_registry.services import measures_for


class MetricsForm(forms.Form):
    """Settings count only where the metric is ticked."""

    def __init__(self, data: Mapping[str, Any] | None, *, model: Model) -> None:
        super().__init__(data)
        self._measures = measures_for(model.task)
        for measure in self._measures:
            told = (type(measure).__doc__ or "").split("\n\n")[0].replace("``", "").strip()
            self.fields[measure.key] = forms.BooleanField(
                label=measure.label, required=False, initial=measure.key in model.metrics, help_text=told
            )
            stored = model.metrics.get(measure.key, {})
            for name, field in params.form_fields(measure).items():
                shown = self.fields[f"{measure.key}.{name}"] = deepcopy(field)
                shown.label = f"{measure.label}: {field.label or name}"
                shown.initial = stored.get(name, params.default_of(measure, name))
                shown.required = False

    @property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """What ``services.set_metrics`` takes; only of a valid form."""
        return {
            measure.key: {
                name: self.cleaned_data[f"{measure.key}.{name}"] for name in params.form_fields(measure)
            }
            for measure in self._measures
            if self.cleaned_data[measure.key]
        }
