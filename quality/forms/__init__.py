"""Forms of the quality room."""

from dataclasses import asdict
from typing import Any

from django import forms

from dataops.engine.contracts.safe import MOST_BYTES
from dataops.web.fields import TeamChoice
from dataops.web.naming import refuse_unseen
from dataops.web.templatetags.ui import decimal
from dataops.web.words import lazy as _
from quality.forms.missing import ColumnWords
from quality.models import DataSource
from quality.services import thresholds

THRESHOLD_EFFECTS = {
    "alert_below": _("A run that scores less opens an alert."),
    "critical_below": _("A run that scores less opens a critical alert."),
}


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
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV (any delimiter), Parquet, JSON, Excel or Arrow; also as gz, zst, bz2, xz or zip."),
    )
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=120,
        validators=[refuse_unseen],
        help_text=_("Files of one source are compared with each other. Left empty: the name of the file."),
    )


class SourceForm(forms.ModelForm):
    alert_below = forms.FloatField(label=_("Good from score"), required=False, min_value=0, max_value=1)
    critical_below = forms.FloatField(label=_("Bad below score"), required=False, min_value=0, max_value=1)
    kept_to = TeamChoice()
    tags = CommaList(required=False, help_text=_("Separated by commas."))
    missing_tokens = CommaList(
        required=False,
        label=_("Values that mean missing"),
        help_text=_("Besides empty and blank cells, separated by commas, such as NA, N/A."),
    )
    column_missing = ColumnWords(
        required=False,
        label=_("Values that mean missing in single columns"),
        help_text=_(
            "Instead of those above: a line per column, such as price: -, n/a. A line that ends with "
            "; blanks are values keeps blank cells. Put a name or word with a colon or comma in quotes."
        ),
    )

    class Meta:
        model = DataSource
        fields = [
            "name", "description", "owner", "kept_to", "tags", "missing_tokens", "column_missing",
            "keep_failing_rows", "failing_rows_days",
        ]  # fmt: skip
        labels = {"keep_failing_rows": "Keep failing rows", "failing_rows_days": "Keep them for (days)"}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept_to"].offer_to(by, now=self.instance.kept_to)  # type: ignore[attr-defined]
        everybody = asdict(thresholds())
        for name, word in THRESHOLD_EFFECTS.items():
            empty = _("Empty: %(limit)s, as set for all sources.") % {"limit": decimal(everybody[name], 2)}
            self.fields[name].help_text = f"{word} {empty}"
            if self.instance.own_thresholds:
                self.initial[name] = getattr(self.instance, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        alert, critical = cleaned.get("alert_below"), cleaned.get("critical_below")
        alert = thresholds().alert_below if alert is None else alert
        if critical is not None and critical > alert:
            self.add_error(
                "critical_below",
                _("%(critical)s is above the good threshold %(alert)s.")
                % {"critical": critical, "alert": alert},
            )
        return cleaned


class DeleteSourceForm(forms.Form):
    """Asks for the name of what goes."""

    name = forms.CharField(label=_("Type the name of the source"))

    def __init__(self, *args: Any, source: DataSource, **kwargs: Any) -> None:
        self.source = source
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        if self.cleaned_data["name"] != self.source.name:
            raise forms.ValidationError(
                _("That is not its name; type %(name)s to delete it.") % {"name": self.source.name}
            )
        return self.cleaned_data["name"]


class ContractForm(forms.Form):
    """A contract as a file or as text; ``contract`` of the cleaned data is its text."""

    file = forms.FileField(required=False, help_text=_("YAML or JSON, at most 2 MB."))
    text = forms.CharField(
        required=False, label=_("Or its text"), strip=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("A contract has at most %(megabytes)s MB.") % {"megabytes": MOST_BYTES // 1_000_000}
            )
        try:
            cleaned["contract"] = file.read().decode("utf-8-sig") if file else cleaned.get("text", "")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                _("The file is no UTF-8 text (byte %(start)s).") % {"start": error.start}
            ) from error
        if not cleaned["contract"].strip():
            raise forms.ValidationError(_("Choose a file, or paste the text of a contract."))
        return cleaned
