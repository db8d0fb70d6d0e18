"""The form of a rule: what its check declares, and what every rule has."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dataops.engine.checks import (
    CHECKS,
    FRACTION,
    Kind,
    Parameter,
    limit_unit,
    limits_in_words,
    make_params,
    parameters_of,
    plain_params,
)
from dataops.engine.errors import InvalidParameter
from dataops.engine.score import WEIGHT
from dataops.web.fields import PercentField
from dataops.web.words import lazy as _
from quality.models import Check, DataSource

PREFIX = "param_"


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list is what checks take
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


class RuleForm(forms.ModelForm):
    """Settings of one rule; ``columns`` are the known columns of its source."""

    weight = forms.TypedChoiceField(
        coerce=float, help_text=_("How much it counts in the score among the checks of its column.")
    )

    class Meta:
        model = Check
        fields = [
            "column", "enabled", "warn", "fail", "when", "severity", "dimension", "weight", "critical",
            "note", "runbook_url",
        ]  # fmt: skip
        labels = {"when": "Only rows where", "fail": "Fail limit", "warn": "Warn limit", "enabled": "In use"}
        widgets = {"when": forms.TextInput()}
        help_texts = {"column": "Empty: every column the check fits."}

    def __init__(self, *args: Any, columns: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check = CHECKS[self.instance.kind]
        self.declared = parameters_of(self.check.params)
        known = [name for name in columns if name]
        if self.check.scope == "table":
            del self.fields["column"]
        elif known:
            now = self.instance.column
            names = known if not now or now in known else [now, *known]
            self.fields["column"] = forms.ChoiceField(
                choices=[("", _("Every column it fits")), *((name, name) for name in names)], required=False
            )
        given = {f"{PREFIX}{p.name}": _field(p, known) for p in self.declared}
        column = {name: self.fields.pop(name) for name in ["column"] if name in self.fields}
        self.fields = column | given | self.fields
        for parameter in self.declared:
            self.initial[f"{PREFIX}{parameter.name}"] = self.instance.params.get(
                parameter.name, parameter.default
            )
        self._ask_for_limits()
        self._offer_weights()

    def _ask_for_limits(self) -> None:
        """In percent where the check measures a share; what an empty one means is said."""
        own = limits_in_words(self.check, self.check.default_limits)
        for name in ("warn", "fail"):
            field = self.fields[name]
            if limit_unit(self.check) == FRACTION:
                field = PercentField(label=field.label, required=False)
            field.help_text = _("Left empty, the check %(does)s.") % {"does": own}
            self.fields[name] = field

    def _offer_weights(self) -> None:
        words = {"0": _("Not in the score")} | {f"{n:g}": word.capitalize() for word, n in WEIGHT.items()}
        # A number set over the API stays one of the choices.
        self.initial["weight"] = now = f"{self.instance.weight:g}"
        choices = [*words.items(), *([(now, now)] if now not in words else [])]
        self.fields["weight"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {}
        for parameter in self.declared:
            value = cleaned.pop(f"{PREFIX}{parameter.name}", None)
            is_empty = value is None or value == "" or value == []
            if not is_empty:
                given[parameter.name] = value
            elif parameter.optional and parameter.default is not None:
                given[parameter.name] = None
        if not self.errors:
            try:
                made = make_params(self.check.params, given, check=self.instance.kind)
                cleaned["params"] = plain_params(made)
            except InvalidParameter as error:
                self.add_error(f"{PREFIX}{error.parameter}", str(error))
        return cleaned

    def _post_clean(self) -> None:
        """The service judges the whole rule, and says what it refuses."""


def _field(parameter: Parameter, columns: Sequence[str]) -> forms.Field:
    """The form field of a kind of parameter."""
    shown_unit = parameter.unit and parameter.unit != FRACTION
    about: dict[str, Any] = {
        "label": parameter.name.replace("_", " ").capitalize(),
        "help_text": parameter.help + (f" ({parameter.unit})" if shown_unit else ""),
        "required": parameter.required,
    }
    bounds: dict[str, Any] = {"min_value": parameter.minimum, "max_value": parameter.maximum}
    names = [(name, name) for name in columns]
    match parameter.kind:
        case Kind.INTEGER:
            return forms.IntegerField(**about, **bounds)
        case Kind.NUMBER if parameter.unit == FRACTION:
            return PercentField(**about, least=parameter.minimum, most=parameter.maximum)
        case Kind.NUMBER:
            return forms.FloatField(**about, **bounds)
        case Kind.FLAG:
            return forms.BooleanField(**about)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=[(c, c.replace("_", " ")) for c in parameter.choices], **about)
        case Kind.COLUMN if columns:
            return forms.ChoiceField(choices=[("", "–"), *names], **about)
        case Kind.COLUMNS if columns:
            return forms.MultipleChoiceField(choices=names, **about)
        case Kind.SOURCE:
            known = DataSource.objects.active().values_list("name", flat=True)
            return forms.ChoiceField(choices=[("", "–"), *((name, name) for name in known)], **about)
        case Kind.TEXTS | Kind.COLUMNS:
            return Lines(**about | {"help_text": _("%(help)s; one a line") % {"help": about["help_text"]}})
        case Kind.CONDITION | Kind.QUERY:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **about)
    return forms.CharField(**about)
