"""Where a source gets its data from: its name, and the settings its kind declares."""

from copy import deepcopy
from typing import Any

from django import forms

from dataops.web import params
from dataops.web.naming import refuse_unseen
from dataops.web.words import lazy as _
from quality.models import DataSource
from quality.origins import Origin


class ConnectionForm(forms.Form):
    """The settings of one kind; secrets are taken and never shown."""

    def __init__(self, *args: Any, origin: Origin, source: DataSource | None = None, **kwargs: Any) -> None:
        self.origin, self.source = origin, source
        super().__init__(*args, **kwargs)
        declared = params.form_fields(origin)
        for name, field in declared.items():
            self.fields[name] = deepcopy(field)
            self.initial[name] = params.default_of(origin, name)
        for name in params.secrets_of(origin):
            # Nothing that was typed here is written into a page again, not even beside an error.
            self.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": "off"})
        if source is not None:
            self._show_stored(source)

    def _show_stored(self, source: DataSource) -> None:
        self.initial |= source.config
        for name in source.secrets:
            if name in self.fields:
                self.initial.pop(name, None)
                self.fields[name].required = False
                self.fields[name].help_text = "Set already; leave empty to keep it."

    @property
    def config(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in params.form_fields(self.origin)}


class NewSourceForm(ConnectionForm):
    """A source that fetches its data."""

    name = forms.CharField(
        max_length=120, validators=[refuse_unseen], help_text=_("Runs and alerts are known by it.")
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if DataSource.objects.filter(name=name).exists():
            raise forms.ValidationError(_("Another source has this name."))
        return name
