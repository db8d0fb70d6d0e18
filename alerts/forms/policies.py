"""A policy: how many reports it takes, and how severe it is."""

from typing import Any

from django import forms

from alerts.enums import Severity
from alerts.forms.matching import TAKES, MatchForm
from alerts.forms.setting_up import Section
from alerts.models import Policy
from alerts.models.policy import LOOKS_AT, MOST_MARGIN, MOST_REPORTS, RECOVER_MARGIN
from dataops.web.fields import PercentField
from dataops.web.links import LinkFormField
from dataops.web.words import lazy as _

PATIENCE = ("open_after", "open_within", "resolve_after", "recover_margin")
PLAIN = ("name", "position", *PATIENCE, "severity", "reason", "runbook_url")


class PolicyForm(MatchForm):
    model = Policy
    sections = (
        Section(_("Policy"), ("name", "reason", "position")),
        TAKES,
        Section(
            _("How patient, how severe"),
            (*PATIENCE, "severity"),
            _("A report is one run, or one measurement of drift."),
        ),
        Section(_("What to do"), ("runbook_url",)),
    )

    name = forms.CharField(max_length=80)
    open_after = forms.IntegerField(
        min_value=1,
        max_value=MOST_REPORTS,
        initial=1,
        label=_("Opens after"),
        help_text=_("Bad reports. 2 forgives one bad file."),
    )
    open_within = forms.IntegerField(
        min_value=1,
        max_value=LOOKS_AT,
        required=False,
        label=_("Among the newest"),
        help_text=_(
            "2 bad among 3 forgives one bad file, and sees what is bad now and then. Empty: in a row."
        ),
    )
    resolve_after = forms.IntegerField(
        min_value=1,
        max_value=MOST_REPORTS,
        initial=1,
        label=_("Ends after"),
        help_text=_("Good reports in a row."),
    )
    recover_margin = PercentField(
        least=0,
        most=MOST_MARGIN,
        required=False,
        initial=RECOVER_MARGIN,
        label=_("Inside its limit by"),
        help_text=_(
            "Of the way from the limit to perfect: 10 % of it lets a score that fell below 0.80 recover"
            " at 0.82; 0 as soon as it keeps the limit."
        ),
    )
    severity = forms.ChoiceField(
        choices=[("", _("As found")), *Severity.choices], required=False, label=_("Severity")
    )
    reason = forms.CharField(
        max_length=300, required=False, label=_("Why"), help_text=_("For whoever wonders later.")
    )
    runbook_url = LinkFormField(
        max_length=500,
        required=False,
        label=_("Runbook"),
        help_text=_("A web address that says what to do; shown with each of these alerts."),
    )
    position = forms.IntegerField(
        min_value=0,
        max_value=32767,
        initial=100,
        label=_("Order"),
        help_text=_("The lowest that takes an alert counts."),
    )

    def __init__(self, *args: Any, instance: Policy | None = None, **kwargs: Any) -> None:
        if instance is not None:
            kwargs["initial"] = {**instance.match, **{name: getattr(instance, name) for name in PLAIN}}
        super().__init__(*args, instance=instance, **kwargs)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("recover_margin") is None:
            given["recover_margin"] = RECOVER_MARGIN
        if given.get("open_after") is not None:
            Policy(open_after=given["open_after"], open_within=given.get("open_within")).clean()
        return given
