"""Fields for names of people and teams."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from dataops.web.teams import teams


class NamesField(forms.CharField):
    """Names, one a line or parted by commas, or already a list; each must be known."""

    widget = forms.Textarea(attrs={"rows": 3})
    refusal = "Nobody is called {}."

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        parts = value if isinstance(value, list | tuple) else str(value or "").replace(",", "\n").splitlines()
        return list(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))

    def validate(self, value: list[str]) -> None:
        unknown = sorted(set(value) - set(self.known(value)))
        if unknown:
            raise forms.ValidationError(self.refusal.format(", ".join(unknown)[:200]))

    def run_validators(self, value: list[str]) -> None:
        """The names are looked up; there is no text to measure."""

    def known(self, names: Collection[str]) -> Collection[str]:
        """Those of the names that there are."""
        raise NotImplementedError


class PeopleField(NamesField):
    """User names of active people."""

    def known(self, names: Collection[str]) -> Collection[str]:
        people = get_user_model()._default_manager.filter(username__in=names, is_active=True)
        return list(people.values_list("username", flat=True))


class TeamsField(NamesField):
    """Names of teams."""

    refusal = "No team is called {}."

    def known(self, names: Collection[str]) -> Collection[str]:
        return list(teams().filter(name__in=names).values_list("name", flat=True))
