"""An alert that a person reports."""

from typing import Any

from django import forms

from alerts.enums import Severity
from alerts.models import Alert
from alerts.services import OutsideReport, Subject
from dataops.web.links import LinkFormField
from dataops.web.words import lazy as _

MOST_SUBJECTS = 200


class ReportForm(forms.Form):
    """What is wrong and, of the subjects that alerts are known of, about what.

    The title tells it from others: reported again, it is the same alert.
    """

    title = forms.CharField(max_length=200, help_text=_("What is wrong, in one line."))
    severity = forms.ChoiceField(choices=Severity.choices, initial=Severity.WARNING)
    about = forms.ChoiceField(required=False, help_text=_("What has had an alert before."))
    message = forms.CharField(
        max_length=5000, required=False, label=_("More"), widget=forms.Textarea(attrs={"rows": 4})
    )
    url = LinkFormField(
        max_length=300,
        required=False,
        label=_("Where to see more"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = Alert.objects.exclude(subject_id="external").order_by("-last_seen_at")[:MOST_SUBJECTS]
        self._subjects = {f"{a.subject_type}:{a.subject_id}": a for a in reversed(newest)}
        named = sorted((alert.subject_name, key) for key, alert in self._subjects.items())
        about: Any = self.fields["about"]
        about.choices = [("", _("Nothing here")), *((key, name) for name, key in named)]

    @property
    def said(self) -> OutsideReport:
        given = self.cleaned_data
        return OutsideReport(
            key=given["title"],
            title=given["title"],
            severity=given["severity"],
            message=given["message"],
            url=given["url"],
        )

    @property
    def subject(self) -> dict[str, Subject]:
        """The subject as an argument, when one was chosen."""
        alert = self._subjects.get(self.cleaned_data["about"])
        if alert is None:
            return {}
        found = Subject(
            alert.subject_type,
            alert.subject_id,
            alert.subject_name,
            url=alert.subject_url,
            tags=tuple(alert.subject_tags),
            owner=alert.subject_owner,
        )
        return {"subject": found}
