"""A form made from a signature: one field a feature."""

from collections.abc import Mapping
from typing import Any

from django import forms

from models_registry.formats.signature import Feature, FeatureType, Signature

SHOWN_CATEGORIES = 8


def instance_form(
    signature: Signature, data: Mapping[str, Any] | None, initial: dict[str, Any]
) -> forms.Form:
    """A form with one field a feature; its cleaned data is an instance."""
    form = forms.Form(data, initial=initial, prefix="feature")
    for feature in signature.features:
        form.fields[feature.name] = _field(feature)
    return form


def _field(feature: Feature) -> forms.Field:
    named: dict[str, Any] = {"label": feature.name, "required": feature.required, "help_text": _help(feature)}
    match feature.type:
        case FeatureType.NUMBER:
            return forms.FloatField(**named)
        case FeatureType.INTEGER:
            return forms.IntegerField(**named)
        case FeatureType.BOOLEAN:
            return forms.BooleanField(**named | {"required": False})
        case FeatureType.TEXT if feature.categories and not feature.open:
            return forms.ChoiceField(choices=[(name, name) for name in sorted(feature.categories)], **named)
        case _:
            return forms.CharField(max_length=1_000, **named)


def _help(feature: Feature) -> str:
    seen = ""
    if feature.minimum is not None and feature.maximum is not None:
        seen = f"In training {feature.minimum:g} to {feature.maximum:g}."
    elif feature.open and feature.categories:
        seen = f"In training most often {', '.join(feature.categories[:SHOWN_CATEGORIES])}."
    return f"{feature.description} {seen}".strip()
