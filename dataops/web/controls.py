"""Fields of forms as pages draw them."""

from typing import Any

from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ChoiceField,
    FileInput,
    ModelChoiceField,
    RadioSelect,
    Select,
)
from django.utils.safestring import SafeString
from django.utils.translation import gettext


def control(field: BoundField) -> SafeString:
    """The widget in the house style; Django itself links help text and marks errors for readers."""
    kinds: dict[type, str] = {
        CheckboxSelectMultiple: "",
        RadioSelect: "",
        CheckboxInput: "form-check-input",
        Select: "form-select",
        FileInput: "form-control",
    }
    widget = field.field.widget
    if isinstance(field.field, ChoiceField) and not isinstance(field.field, ModelChoiceField):
        widget.choices = _said_choices(widget.choices)
    css = next((css for kind, css in kinds.items() if isinstance(widget, kind)), "form-control")
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {css}".strip()})


def _said_choices(choices: Any) -> list[tuple[Any, Any]]:
    return [
        (value, _said_choices(label) if isinstance(label, list | tuple) else choice_word(value, label))
        for value, label in choices
    ]


def choice_word(value: Any, label: Any) -> str:
    """In the reader's language; what is called as it is stored, such as a person or a tag, is data."""
    return gettext(str(label)) if label and label != value else str(label)


def is_checkbox(field: BoundField) -> bool:
    """True for a single tick box, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)
