"""What an administrator may switch off for everybody. Services ask here, so pages and API refuse alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataops.web import global_settings
from dataops.web.declared import Group, Setting
from dataops.web.models import GlobalSetting
from dataops.web.words import lazy as _


@dataclass(frozen=True, slots=True)
class Feature:
    """Everything is on until somebody switches it off; ``effect`` says what that does."""

    key: str
    label: str
    effect: str

    @property
    def setting(self) -> str:
        return f"feature.{self.key}"


TOKENS = Feature(
    "script_access",  # the audit log hides what is called a token
    _("API tokens"),
    _(
        "People make tokens of their own, on the page and over the API. "
        "Off: no more are made; those that are there stay."
    ),
)
SAMPLE_MODELS = Feature(
    "sample_models",
    _("Sample models"),
    _("Models are deployed from the samples that ship with the product. Off: only from files."),
)
FIRST_SUGGESTIONS = Feature(
    "first_suggestions",
    _("Suggestions by themselves"),
    _("The first accepted data of a source proposes rules. Off: only when somebody asks for them."),
)
FEATURES = (TOKENS, SAMPLE_MODELS, FIRST_SUGGESTIONS)


class SwitchedOff(Exception):  # noqa: N818 - reads as what is the case
    """Somebody asked for what is switched off; the message says what to do."""


def is_on(feature: Feature) -> bool:
    """One query."""
    return bool(global_settings.read(feature.setting, default=True))


def require(feature: Feature) -> None:
    """Raises SwitchedOff."""
    if not is_on(feature):
        said = _("%(feature)s: switched off for this installation. An administrator can switch it on.")
        raise SwitchedOff(said % {"feature": feature.label})


def switch(feature: Feature, *, on: bool, by: Any) -> bool:
    """Recorded in the audit log; False when it stood so already."""
    return global_settings.write(feature.setting, on, default=True, by=by)


def _switch_named(values: Mapping[str, Any], by: Any) -> None:
    for feature in FEATURES:
        if feature.setting in values:
            switch(feature, on=values[feature.setting], by=by)


def _standing() -> dict[str, bool]:
    named = [feature.setting for feature in FEATURES]
    return dict(GlobalSetting.objects.filter(key__in=named).values_list("key", "value"))


SETTINGS = Group(
    key="features",
    title=_("Features"),
    page="settings:features",
    settings=tuple(Setting(one.setting, one.setting, one.label, one.effect, True) for one in FEATURES),
    now=_standing,
    change=_switch_named,
)
