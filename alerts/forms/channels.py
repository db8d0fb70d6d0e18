"""A channel: its name, whether it is used, and the settings its kind declares."""

from copy import deepcopy
from typing import Any

from django import forms

from alerts.channels import ChannelKind
from alerts.models import Channel
from dataops.web import params as channel_config


class ChannelForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Shown in the delivery log and in routes.")
    enabled = forms.BooleanField(
        required=False, initial=True, label="In use", help_text="A channel that is off gets no new messages."
    )

    per_minute = forms.IntegerField(
        min_value=0,
        max_value=1000,
        initial=20,
        label="Messages a minute",
        help_text="When there are more, they become one summary. 0: no limit.",
    )

    def __init__(self, *args: Any, kind: ChannelKind, channel: Channel | None = None, **kwargs: Any) -> None:
        self.kind, self.channel = kind, channel
        super().__init__(*args, **kwargs)
        self.initial = self._stored()
        secrets = channel_config.secrets_of(kind)
        for name, field in channel_config.form_fields(kind).items():
            self.fields[name] = deepcopy(field)
            if name in secrets and channel and name in channel.secrets:
                self.fields[name].required = False
                self.fields[name].help_text = "Set already; leave empty to keep it."
        self.order_fields(["name", *channel_config.form_fields(kind), "per_minute", "enabled"])

    def _stored(self) -> dict[str, Any]:
        if self.channel is None:
            return {}
        plain = {name: getattr(self.channel, name) for name in ("name", "enabled", "per_minute")}
        return self.channel.config | plain

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        others = Channel.objects.filter(name=name)
        if self.channel is not None:
            others = others.exclude(pk=self.channel.pk)
        if others.exists():
            raise forms.ValidationError("Another channel has this name.")
        return name

    @property
    def values(self) -> dict[str, Any]:
        """Arguments of ``create_channel`` and ``update_channel``."""
        plain = {name: self.cleaned_data[name] for name in ("name", "enabled", "per_minute")}
        return plain | {"config": self.config}

    @property
    def config(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in channel_config.form_fields(self.kind)}
