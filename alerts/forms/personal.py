"""How one wants to be told, and about what."""

from typing import Any

from django import forms

from alerts.enums import InAppFrom, MailWhen, Side, SubjectType
from alerts.models import Preference
from dataops.web.fields import TimeZoneField
from dataops.web.words import lazy as _

FIELDS = (
    "mail_critical", "mail_warning", "mail_info", "in_app_from", "unwanted_kinds", "quiet_from", "quiet_to",
    "critical_wakes", "summary_at", "time_zone",
)  # fmt: skip


class _KindsField(forms.CharField):
    """Kinds, one a line, as a list."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]


def _clock(label: str, *, required: bool, help_text: str = "") -> forms.TimeField:
    picker = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=required, widget=picker, help_text=help_text)


class PreferenceForm(forms.Form):
    mail_critical = forms.ChoiceField(label=_("Mail about critical alerts"), choices=MailWhen.choices)
    mail_warning = forms.ChoiceField(label=_("Mail about warnings"), choices=MailWhen.choices)
    mail_info = forms.ChoiceField(label=_("Mail about information"), choices=MailWhen.choices)
    in_app_from = forms.ChoiceField(label=_("In the inbox"), choices=InAppFrom.choices)
    unwanted_kinds = _KindsField(
        label=_("Kinds you want to hear nothing of"),
        required=False,
        help_text=_("One a line, such as quality.score, or quality for all of quality."),
    )
    quiet_from = _clock(_("Quiet hours from"), required=False)
    quiet_to = _clock(
        _("Quiet hours to"),
        required=False,
        help_text=_("Mail is kept for you and comes as one when the quiet hours end."),
    )
    critical_wakes = forms.BooleanField(label=_("Critical alerts come in quiet hours too"), required=False)
    summary_at = _clock(_("Daily summary at"), required=True)
    time_zone = TimeZoneField()

    def __init__(self, *args: Any, preference: Preference, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(preference, name) for name in FIELDS}
        super().__init__(*args, **kwargs)


class StanceForm(forms.Form):
    """About which subject, and what of it; no side takes the word back."""

    subject_type = forms.ChoiceField(choices=SubjectType.choices)
    subject_id = forms.CharField(max_length=64)
    name = forms.CharField(max_length=200, required=False)
    side = forms.ChoiceField(choices=[("", _("Neither")), *Side.choices], required=False)
