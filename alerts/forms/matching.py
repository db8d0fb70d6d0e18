"""The conditions that forms of routes, policies and silences have in common."""

from typing import Any

from django import forms

from alerts.enums import Severity, SubjectType
from alerts.forms.setting_up import Section, SetUpForm
from alerts.models.matching import CONDITIONS
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _

TAKES = Section(
    _("Which alerts"), CONDITIONS, _("All that you fill in must hold; nothing filled in takes every alert.")
)


class MatchForm(SetUpForm):
    """One field a condition; ``match`` is what the services take."""

    severity_at_least = forms.ChoiceField(
        choices=[("", _("Any severity")), *Severity.choices], required=False, label=_("Severity at least")
    )
    subject_type = forms.ChoiceField(
        choices=[("", _("Anything")), *SubjectType.choices], required=False, label=_("About")
    )
    subject_id = forms.CharField(
        max_length=64,
        required=False,
        label=_("Number"),
        help_text=_("Of one source or model, as in its address."),
    )
    kind = forms.CharField(
        max_length=80, required=False, help_text=_("quality.score for one kind, quality for all of quality.")
    )
    column = forms.CharField(max_length=255, required=False)
    tag = forms.CharField(max_length=60, required=False, help_text=_("A tag of the source or model."))
    owner = forms.CharField(max_length=150, required=False, help_text=_("User name of its owner."))
    team = forms.CharField(
        max_length=150, required=False, help_text=_("A team of its owner, as under Users and roles.")
    )
    trigger = forms.ChoiceField(
        choices=[("", _("Anybody, anything")), *Trigger.choices],
        required=False,
        label=_("Run started by"),
        help_text=_("The run that reported it last."),
    )

    @property
    def match(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in CONDITIONS if self.cleaned_data[name]}

    @property
    def values(self) -> dict[str, Any]:
        others = {name: value for name, value in self.cleaned_data.items() if name not in CONDITIONS}
        return others | {"match": self.match}
