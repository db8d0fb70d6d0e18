"""The words of messages, and which message to look at them with."""

from typing import Any, cast

from django import forms

from alerts.channels import Message
from alerts.models import MessageTemplate, Notification
from alerts.models.template import MOST_BODY, MOST_SUBJECT
from alerts.services import templates, wording
from dataops.web.words import lazy as _

RECENT = 20


class TemplateForm(forms.Form):
    subject = forms.CharField(
        required=False, max_length=MOST_SUBJECT, help_text=_("One line. Left empty, it is the default.")
    )
    body = forms.CharField(
        required=False,
        max_length=MOST_BODY,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "font-monospace"}),
        help_text=_("Plain text. Left empty, the channel says it in its own way."),
    )
    message = forms.ModelChoiceField(
        Notification.objects.none(),
        required=False,
        label=_("Preview with"),
        empty_label=_("A sample: one alert that opened, one that is over"),
    )

    def __init__(self, *args: Any, template: MessageTemplate | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _shown(template)
        super().__init__(*args, **kwargs)
        recent = Notification.objects.exclude(payload__alerts=[]).order_by("-pk").values_list("pk", flat=True)
        choices = Notification.objects.filter(pk__in=list(recent[:RECENT])).order_by("-pk")
        cast("forms.ModelChoiceField", self.fields["message"]).queryset = choices

    def clean(self) -> dict[str, Any]:
        words = self.cleaned_data
        templates.check(subject=words.get("subject", ""), body=words.get("body", ""))
        return words

    @property
    def example(self) -> Message:
        """The message to look at the words with."""
        chosen = self.cleaned_data.get("message")
        return wording.sent_before(chosen) if chosen else wording.sample()


def _shown(template: MessageTemplate | None) -> dict[str, str]:
    """The words in use: what somebody chose, and the default where nobody did."""
    chosen = {} if template is None else {"subject": template.subject, "body": template.body}
    default = {"subject": wording.DEFAULT_SUBJECT, "body": wording.DEFAULT_BODY}
    return default | {name: text for name, text in chosen.items() if text}
