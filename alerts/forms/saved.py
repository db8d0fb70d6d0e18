"""A view to keep, and what its query may hold."""

from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.core.exceptions import ValidationError

from alerts.forms.filters import AlertFilter
from alerts.models import Alert, SavedView
from alerts.services.saved import ALERTS, LISTS, KeptList, choices_of
from dataops.web.words import lazy as _


def clean_query(query: str) -> str:
    """The filters that the list of alerts knows, without the page; ValidationError for others."""
    kept = choices_of(query, [*AlertFilter.base_filters])
    errors = AlertFilter(dict(parse_qsl(kept)), Alert.objects.none()).form.errors
    for name, faults in errors.items():
        raise ValidationError(_("%(name)s: %(faults)s") % {"name": name, "faults": faults[0]})
    return kept


LISTS[ALERTS] = KeptList("alerts:alert_list", clean_query)


class SavedViewForm(forms.Form):
    area = forms.ChoiceField(
        choices=lambda: [(area, area) for area in LISTS], widget=forms.HiddenInput, required=False
    )
    name = forms.CharField(max_length=80, label=_("Name of the view"))
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    shared = forms.BooleanField(required=False, label=_("For everybody"))

    def clean_area(self) -> str:
        return self.cleaned_data["area"] or ALERTS

    def clean_query(self) -> str:
        area = self.cleaned_data.get("area")
        return LISTS[area].clean(self.cleaned_data["query"]) if area else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        most = SavedView._meta.get_field("query").max_length or 0
        if len(data.get("query", "")) > most:
            self.add_error("query", _("The filters are longer than %(most)s characters.") % {"most": most})
        return data
