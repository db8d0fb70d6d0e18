"""A channel: its name, whether it is used, and the settings its kind declares."""

from copy import deepcopy
from typing import Any

from django import forms

from alerts.channels import ChannelKind
from alerts.forms.setting_up import SetUpForm
from alerts.models import Channel
from dataops.web import params as channel_config
from dataops.web import vault
from dataops.web.words import lazy as _


class ChannelForm(SetUpForm):
    model = Channel

    name = forms.CharField(max_length=80, help_text=_("Shown in the delivery log and in routes."))
    enabled = forms.BooleanField(
        required=False,
        initial=True,
        label=_("In use"),
        help_text=_("A channel that is off gets no new messages."),
    )

    per_minute = forms.IntegerField(
        min_value=0,
        max_value=1000,
        initial=20,
        label=_("Messages a minute"),
        help_text=_("When there are more, they become one summary. 0: no limit."),
    )

    def __init__(self, *args: Any, kind: ChannelKind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        self.initial = self._stored()
        secrets = channel_config.secrets_of(kind)
        for name, field in channel_config.form_fields(kind).items():
            self.fields[name] = deepcopy(field)
            if name in secrets and self.instance and name in self.instance.secrets:
                self._tell_of_stored(name, self.instance.secrets[name])
        self.order_fields(["name", *channel_config.form_fields(kind), "per_minute", "enabled"])

    def _tell_of_stored(self, name: str, sealed: str) -> None:
        field = self.fields[name]
        if vault.is_readable({name: sealed}):
            field.required = False
            field.help_text = _("Set already; leave empty to keep it.")
        else:
            field.help_text = _("The key that it was encrypted with is gone. Enter it again.")

    def _stored(self) -> dict[str, Any]:
        if self.instance is None:
            return {}
        plain = {name: getattr(self.instance, name) for name in ("name", "enabled", "per_minute")}
        return self.instance.config | plain

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of ``create_channel`` and ``update_channel``."""
        plain = {name: self.cleaned_data[name] for name in ("name", "enabled", "per_minute")}
        return plain | {"config": self.config}

    @property
    def config(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in channel_config.form_fields(self.kind)}
