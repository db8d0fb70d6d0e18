"""Sections of a source's settings: schedule, retention, importance of columns."""

from collections.abc import Collection
from typing import Any

from django import forms

from dataops.web.fields import TimeZoneField
from dataops.web.words import lazy as _
from quality.enums import Importance
from quality.models import DataSource, Schedule

SPOKEN = (Importance.HIGH, Importance.LOW, Importance.IGNORED)


class ScheduleForm(forms.ModelForm):
    time_zone = TimeZoneField(
        label=_("Time zone"), help_text=_("That cron lines are meant in; clock changes are followed.")
    )

    class Meta:
        model = Schedule
        fields = ["cron", "every_minutes", "time_zone", "paused", "expect_cron", "grace_minutes"]
        labels = {
            "cron": "Runs at (cron)",
            "every_minutes": "Or every so many minutes",
            "expect_cron": "New data is expected by (cron)",
            "grace_minutes": "Minutes of grace",
        }


class RetentionForm(forms.ModelForm):
    class Meta:
        model = DataSource
        fields = ["file_retention_days", "fetch_retries"]
        labels = {"file_retention_days": "Keep files for days", "fetch_retries": "Tries after a failed fetch"}


class ColumnNames(forms.CharField):
    """Names of columns, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # several in one field
        lines = (super().to_python(value) or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


class ImportanceForm(forms.Form):
    """Columns that matter more or less than the others; whatever is not named is normal."""

    high = ColumnNames(label=_("Matter more"), required=False, help_text=_("Names of columns, one a line."))
    low = ColumnNames(label=_("Matter less"), required=False, help_text=_("Names of columns, one a line."))
    ignored = ColumnNames(
        label=_("Do not count"), required=False, help_text=_("Their results cost no points.")
    )

    def __init__(self, *args: Any, source: DataSource, known: Collection[str], **kwargs: Any) -> None:
        self.known = known
        super().__init__(*args, **kwargs)
        for word in SPOKEN:
            self.initial[word] = [name for name, value in source.importance.items() if value == word]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: dict[str, str] = {}
        for word in SPOKEN:
            for name in cleaned.get(word, []):
                if self.known and name not in self.known:
                    self.add_error(word, _("The newest data has no column %(name)s.") % {"name": f"{name!r}"})
                elif name in seen:
                    self.add_error(word, _("%(name)s is named twice.") % {"name": f"{name!r}"})
                seen[name] = word
        return cleaned

    @property
    def importance(self) -> dict[str, str]:
        return {name: word.value for word in SPOKEN for name in self.cleaned_data[word]}
