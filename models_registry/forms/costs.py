"""What it costs to take one class for another: a number for each pair."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms


def costs_form(
    classes: Sequence[str], data: Mapping[str, Any] | None, costs: Mapping[str, Any]
) -> forms.Form:
    """One number for each pair of classes; all empty for no costs."""
    form = forms.Form(data)
    known = costs.get("costs") if costs.get("classes") == list(classes) else None
    for i, actual in enumerate(classes):
        for j, predicted in enumerate(classes):
            label = f"{actual}, and right" if i == j else f"{actual} taken for {predicted}"
            initial = known[i][j] if known else None
            form.fields[f"cost-{i}-{j}"] = forms.FloatField(label=label, required=False, initial=initial)
    return form


def costs_in(form: forms.Form, classes: Sequence[str]) -> list[list[float]]:
    """What a valid ``costs_form`` says: a field left empty costs nothing, all empty means no costs."""
    found = [[form.cleaned_data[f"cost-{i}-{j}"] for j in range(len(classes))] for i in range(len(classes))]
    if all(cost is None for row in found for cost in row):
        return []
    return [[cost or 0.0 for cost in row] for row in found]
