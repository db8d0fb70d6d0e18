"""Forms that make versions, and say who answers."""

from collections.abc import Mapping
from typing import Any

from django import forms

from dataops.web.templatetags.ui import said
from dataops.web.words import lazy as _
from models_registry.enums import Alias, Task
from models_registry.formats.templates import TEMPLATES
from models_registry.models import Model, ModelVersion


class DeployForm(forms.Form):
    """A sample template under a name."""

    template = forms.ChoiceField(widget=forms.RadioSelect)
    name = forms.SlugField(
        max_length=80,
        required=False,
        help_text=_("A new name makes a new model, a known one a new version. Empty: the template's own."),
    )
    notes = forms.CharField(
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is new in this version."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].initial = TEMPLATES.keys()[0]
        self.fields["template"].choices = _samples()  # type: ignore[attr-defined]  # a choice field


def _samples() -> list[tuple[str, str]]:
    return [(template.key, f"{said(template.label)}: {said(template.description)}") for template in TEMPLATES]


class JSONText(forms.JSONField):
    """JSON as text; nothing is an empty field, not the word null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class UploadModelForm(forms.Form):
    """A model that was trained elsewhere, and what belongs to it."""

    file = forms.FileField(
        label=_("Model file"),
        help_text=_("skops, ONNX, or an MLflow model directory as ZIP. Pickles are not taken."),
    )
    name = forms.SlugField(
        max_length=80, help_text=_("A new name makes a new model, a known one a new version of it.")
    )
    task = forms.ChoiceField(choices=Task.choices, widget=forms.RadioSelect, initial=Task.CLASSIFICATION)
    reference = forms.FileField(
        label=_("Reference data"),
        required=False,
        help_text=_("A table of what it was trained on: types, ranges and drift are measured by it."),
    )
    target = forms.CharField(
        label=_("Column of truth"),
        max_length=255,
        required=False,
        help_text=_("The column of the reference data that says what really happened."),
    )
    sample = JSONText(
        help_text=_('Instances that it must answer, such as [{"age": 41, "town": "Ulm"}].'),
    )
    signature = JSONText(
        help_text=_('Where it cannot be derived: {"features": [{"name": "age", "type": "number"}]}.'),
    )
    notes = forms.CharField(
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is new in this version."),
    )

    def clean_sample(self) -> list[Any]:
        sample = self.cleaned_data["sample"] or []
        if not isinstance(sample, list):
            raise forms.ValidationError(_("Give a list of objects."))
        return sample


class CompareForm(forms.Form):
    """Two ready versions of a model."""

    left = forms.ModelChoiceField(queryset=ModelVersion.objects.none(), label=_("This version"))
    right = forms.ModelChoiceField(queryset=ModelVersion.objects.none(), label=_("beside"))

    def __init__(self, model: Model, data: Mapping[str, Any] | None) -> None:
        ready = model.versions.ready().without_blobs().select_related("model").order_by("-number")
        others = [version for version in ready if version.pk != model.champion_id]
        self._usual = [model.champion, others[0]] if model.champion and others else []
        numbers = {"left": self._usual[0], "right": self._usual[1]} if self._usual else {}
        super().__init__(data, initial={name: version.number for name, version in numbers.items() if version})
        for field in self.fields.values():
            field.queryset, field.to_field_name = ready, "number"  # type: ignore[attr-defined]

    def versions(self) -> list[Any]:
        """The two that were chosen, or the usual two; none when there are no two."""
        if self.is_bound and self.is_valid():
            return [self.cleaned_data["left"], self.cleaned_data["right"]]
        return self._usual


class VersionForm(UploadModelForm, forms.ModelForm):
    """A sample or a file on one form, as that of a row, for the administration."""

    template = forms.ChoiceField(
        label=_("Template"), required=False, help_text=_("Trained here. Or give a model file:")
    )
    field_order = ("template", "file")

    class Meta:
        model = ModelVersion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [("", "–"), *_samples()]  # type: ignore[attr-defined]
        self.fields["file"].required = self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if bool(told.get("template")) == bool(told.get("file")) and not self.errors:
            self.add_error("file", _("Choose a sample or give a model file, one of the two."))
        elif told.get("file") and not told.get("name") and "name" not in self.errors:
            self.add_error("name", _("Say how the model is called."))
        return told

    def asked(self) -> dict[str, Any]:
        """What the service of the sample, or that of the file, is to be called with."""
        if self.cleaned_data["template"]:
            return {name: self.cleaned_data[name] for name in DeployForm.base_fields}
        return {name: self.cleaned_data[name] for name in UploadModelForm.base_fields}


class AllowTypeForm(forms.Form):
    """A type for the allow-list; the service knows what may stand there."""

    name = forms.CharField(
        label=_("Type"),
        max_length=200,
        help_text=_("Its whole name, such as sklearn.neighbors._kd_tree.KDTree."),
    )
    reason = forms.CharField(
        max_length=500, help_text=_("Why it is safe to load: it only holds data. Kept in the audit log.")
    )


class PromoteForm(forms.Form):
    alias = forms.ChoiceField(choices=Alias.choices, help_text=_("The champion answers from then on."))
    reason = forms.CharField(max_length=500, help_text=_("Kept in the history."))
