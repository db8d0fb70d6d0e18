"""What the forms of channels, routes, policies and silences have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models import Model

from dataops.web.words import lazy as _

_UNSAID = ("", "None", "[]", "False")


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one title; a folded one opens by itself when it says something, or something wrong."""

    title: str
    names: Sequence[str]
    hint: str = ""
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class FormSection:
    section: Section
    fields: Sequence[forms.BoundField]

    @property
    def is_open(self) -> bool:
        return any(field.errors or _says_something(field) for field in self.fields)


class SetUpForm(forms.Form):
    """A form about ``instance``, or about a new one; names are given once."""

    model: ClassVar[type[Model]]
    sections: ClassVar[Sequence[Section]] = ()

    def __init__(self, *args: Any, instance: Any = None, **kwargs: Any) -> None:
        self.instance = instance
        super().__init__(*args, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of the services that create and update what the form is about."""
        return self.cleaned_data

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        others = self.model._default_manager.filter(name=name)
        if self.instance is not None:
            others = others.exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(
                _("Another %(verbose_name)s has this name.") % {"verbose_name": self.model._meta.verbose_name}
            )
        return name

    def in_sections(self) -> Iterator[FormSection]:
        for section in self.sections:
            yield FormSection(section, [self[name] for name in section.names])


def _says_something(field: forms.BoundField) -> bool:
    """Whether it holds anything but what a new one starts with."""
    said = str(field.value())
    return said not in _UNSAID and said != str(field.field.initial)
