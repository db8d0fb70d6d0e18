"""A policy: how many reports it takes, and how severe it is."""

from typing import Any

from django import forms

from alerts.enums import Severity
from alerts.forms.matching import MatchForm
from alerts.models import Policy
from alerts.models.policy import LOOKS_AT, MOST_REPORTS, WEB_ADDRESS

PLAIN = ("name", "position", "open_after", "open_within", "resolve_after", "severity", "runbook_url")


class PolicyForm(MatchForm):
    field_order = ("name", "open_after", "open_within", "resolve_after", "severity", "runbook_url")

    name = forms.CharField(max_length=80)
    open_after = forms.IntegerField(
        min_value=1,
        max_value=MOST_REPORTS,
        initial=1,
        label="Opens after",
        help_text="Bad reports. 2 forgives one bad file.",
    )
    open_within = forms.IntegerField(
        min_value=1,
        max_value=LOOKS_AT,
        required=False,
        label="Among the newest",
        help_text="2 bad among 3 forgives one bad file, and sees what is bad now and then. Empty: in a row.",
    )
    resolve_after = forms.IntegerField(
        min_value=1, max_value=MOST_REPORTS, initial=1, label="Ends after", help_text="Good reports in a row."
    )
    severity = forms.ChoiceField(
        choices=[("", "As found"), *Severity.choices], required=False, label="Severity"
    )
    runbook_url = forms.URLField(
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[WEB_ADDRESS],
        label="Runbook",
        help_text="A web address that says what to do; shown with each of these alerts.",
    )
    position = forms.IntegerField(
        min_value=0, max_value=32767, initial=100, help_text="The lowest that takes an alert counts."
    )

    def __init__(self, *args: Any, policy: Policy | None = None, **kwargs: Any) -> None:
        self.policy = policy
        if policy is not None:
            kwargs["initial"] = {**policy.match, **{name: getattr(policy, name) for name in PLAIN}}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("open_after") is not None:
            Policy(open_after=given["open_after"], open_within=given.get("open_within")).clean()
        return given

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        others = Policy.objects.filter(name=name)
        if self.policy is not None:
            others = others.exclude(pk=self.policy.pk)
        if others.exists():
            raise forms.ValidationError("Another policy has this name.")
        return name

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of ``create_policy`` and ``update_policy``."""
        return self.others | {"match": self.match}
