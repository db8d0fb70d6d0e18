"""Forms of the quality room."""

from typing import Any

from django import forms

from quality.models import Check, DataSource


class CommaList(forms.CharField):
    """A list of short texts, written with commas."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list is what the model keeps
        return [part.strip() for part in (super().to_python(value) or "").split(",") if part.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class UploadForm(forms.Form):
    """A file and the source it belongs to."""

    file = forms.FileField(
        label="File", allow_empty_file=True, help_text="CSV (any delimiter, also .gz) or Parquet."
    )
    source = forms.CharField(
        label="Source",
        required=False,
        max_length=120,
        help_text="Files of one source are compared with each other. Left empty: the name of the file.",
    )


class SourceForm(forms.ModelForm):
    tags = CommaList(required=False, help_text="Separated by commas.")
    missing_tokens = CommaList(
        required=False,
        label="Values that mean missing",
        help_text="Besides empty and blank cells, separated by commas, such as NA, N/A.",
    )

    class Meta:
        model = DataSource
        fields = ["name", "description", "owner", "tags", "alert_below", "critical_below", "missing_tokens"]
        labels = {"alert_below": "Alert below score", "critical_below": "Critical below score"}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class CheckForm(forms.ModelForm):
    class Meta:
        model = Check
        fields = ["enabled", "warn", "fail", "severity", "weight", "critical", "note"]


class DeleteSourceForm(forms.Form):
    """Asks for the name of what goes."""

    name = forms.CharField(label="Type the name of the source")

    def __init__(self, *args: Any, source: DataSource, **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        if self.cleaned_data["name"] != self.source.name:
            raise forms.ValidationError(f"That is not its name; type {self.source.name} to delete it.")
        return self.cleaned_data["name"]
