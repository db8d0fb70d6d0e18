"""What people say when they handle an alert."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from alerts.enums import BY_PEOPLE
from alerts.models import Alert
from alerts.services.waking import MOST_REPORTS
from dataops.web.words import lazy as _

COMMENT_LENGTH = 2000


def _comment(*, required: bool, rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=_("Comment"),
        required=required,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ActionForm(forms.Form):
    """One action on the alert as it was when the page was made."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = alert.version

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of the service of this action."""
        return self.cleaned_data


class ResolveForm(ActionForm):
    resolution = forms.ChoiceField(choices=BY_PEOPLE)
    comment = _comment(required=False)


class SnoozeForm(ActionForm):
    """How long it is put off: for a time, until one of two things happens, or whichever comes first."""

    PERIODS = {
        "60": _("1 hour"),
        "240": _("4 hours"),
        "1440": _("1 day"),
        "10080": _("1 week"),
        "": _("Until what follows"),
    }

    minutes = forms.TypedChoiceField(
        label=_("For"),
        choices=list(PERIODS.items()),
        coerce=int,
        empty_value=None,
        required=False,
        initial="60",
    )
    more_reports = forms.IntegerField(
        label=_("Or until so many more bad reports"), required=False, min_value=1, max_value=MOST_REPORTS
    )
    worse = forms.BooleanField(
        label=_("Or until its value is clearly worse"),
        required=False,
        help_text=_("Further from its limit by a tenth."),
    )
    comment = _comment(required=False)

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any) -> None:
        super().__init__(*args, alert=alert, **kwargs)
        if alert.value is None:
            del self.fields["worse"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.get(name) for name in ("minutes", "more_reports", "worse")):
            self.add_error("minutes", _("Choose a time, or say what ends it."))
        return given

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of ``snooze``."""
        given = dict(self.cleaned_data)
        minutes = given.pop("minutes")
        return given | {"until": timezone.now() + timedelta(minutes=minutes) if minutes else None}


class ReopenForm(ActionForm):
    comment = _comment(required=False)


class AssignForm(ActionForm):
    assignee = forms.ModelChoiceField(
        queryset=get_user_model()._default_manager.filter(is_active=True).order_by("username"),
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any) -> None:
        super().__init__(*args, alert=alert, **kwargs)
        self.initial["assignee"] = alert.assignee_id


class CommentForm(forms.Form):
    comment = _comment(required=True, rows=3)


class _Ticked(forms.Field):
    """``["12:3", "15:1 16:1"]`` -> ``{12: 3, 15: 1, 16: 1}``; a section is one tick for all its rows."""

    widget = forms.SelectMultiple
    default_error_messages = {
        "required": _("Tick at least one alert first."),
        "invalid": _("The ticks are not readable."),
    }

    def to_python(self, value: Any) -> dict[int, int]:
        try:
            pairs = [tick.split(":") for tick in " ".join(value or ()).split()]
            return {int(pk): int(version) for pk, version in pairs}
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"]) from None


class BulkForm(forms.Form):
    """The ticked rows, each as ``id:version``, and what to do with them."""

    ACKNOWLEDGE, RESOLVE, SNOOZE = "acknowledge", "resolve", "snooze"
    SNOOZE_HOURS = 4

    action = forms.ChoiceField(
        choices=[(ACKNOWLEDGE, "Acknowledge"), (RESOLVE, "Resolve"), (SNOOZE, "Snooze")]
    )
    resolution = forms.ChoiceField(choices=BY_PEOPLE)
    alert = _Ticked()
