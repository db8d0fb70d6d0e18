"""A view to keep, and what its query may hold."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.core.exceptions import ValidationError

from alerts.forms.filters import AlertFilter
from alerts.models import Alert, SavedView
from dataops.web.words import lazy as _


def clean_query(query: str) -> str:
    """The filters of a query string that the list knows, without the page; ValidationError for others."""
    given = {name: value for name, value in parse_qsl(query.lstrip("?")) if name != "page"}
    unknown = sorted(set(given) - set(AlertFilter.base_filters))
    if unknown:
        known = ", ".join(AlertFilter.base_filters)
        raise ValidationError(
            _("No filter %(unknown)s; known: %(known)s.")
            % {"unknown": f"{unknown[0][:80]!r}", "known": known}
        )
    errors = AlertFilter(given, Alert.objects.none()).form.errors
    for name, faults in errors.items():
        raise ValidationError(_("%(name)s: %(faults)s") % {"name": name, "faults": faults[0]})
    if not given:
        raise ValidationError(_("Narrow the list first: a view without filters is the list itself."))
    return urlencode(given)


class SavedViewForm(forms.Form):
    name = forms.CharField(max_length=80, label=_("Name of the view"))
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    shared = forms.BooleanField(required=False, label=_("For everybody"))

    def clean_query(self) -> str:
        return clean_query(self.cleaned_data["query"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        most = SavedView._meta.get_field("query").max_length or 0
        if len(data.get("query", "")) > most:
            self.add_error("query", _("The filters are longer than %(most)s characters.") % {"most": most})
        return data
