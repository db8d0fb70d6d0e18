"""Settings as pages and API show them: each with its default, its effect, and who changed it last.

A room declares a ``Group`` beside the services that read and change it. What stands in force is read by
``standing``, which asks the group for its values and the audit log for the newest change of each.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext

from dataops.engine.errors import InspectionError
from dataops.web.global_settings import CHANGED
from dataops.web.models import AuditEvent
from dataops.web.words import lazy as _

PERMISSION = "web.change_globalsetting"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value; ``unit`` as the engine names it, ``nothing`` says what an empty one means, where it may be.

    ``row`` is the key under which it is stored and ``name`` its name there; ``limits`` are ``min_value`` and
    ``max_value``. Numbers with a unit are whole.
    """

    row: str
    name: str
    label: str
    effect: str
    default: Any
    unit: str = ""
    nothing: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    is_code: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name if self.row == self.name else f"{self.row}.{self.name}"

    def in_words(self, value: Any) -> Any:
        """What people read for a value; a number stays one, to be written with its unit."""
        if isinstance(value, bool):
            return _("on") if value else _("off")
        if value in (None, "", []):
            return self.nothing
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return self.choices.get(value, value)

    def form_field(self) -> forms.Field:
        words: dict[str, Any] = {"label": self.label, "help_text": self.effect}
        if self.choices:
            return forms.ChoiceField(choices=[*self.choices.items()], **words)
        kind: type[forms.Field] = forms.IntegerField if self.unit else forms.FloatField
        return kind(**words, required=not self.nothing, **self.limits)


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are read and changed together, on the page of the route ``page``.

    ``now()`` gives the values by name; ``change(values, by)`` sets some of them and raises what the page
    shows. Without ``change`` they are read only, and ``how`` says where they are set. ``permission`` is what
    one needs to see them.
    """

    key: str
    title: str
    page: str
    settings: tuple[Setting, ...]
    now: Callable[[], Mapping[str, Any]]
    change: Callable[[Mapping[str, Any], Any], None] | None = None
    permission: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A setting with the value that counts now and the newest entry of the audit log that changed it."""

    setting: Setting
    value: Any
    change: AuditEvent | None
    can_reset: bool

    @property
    def is_default(self) -> bool:
        return bool(self.value == self.setting.default)


Changes = dict[tuple[str, str], AuditEvent]
"""The newest event that changed a setting, by the row it is in and its name."""


def standing(group: Group, *, to: Any) -> list[Standing]:
    """How every setting of a group stands for somebody; a query for the values and one for the changes."""
    return standings([group], to=to)[0]


def standings(groups: Sequence[Group], *, to: Any) -> list[list[Standing]]:
    """The same of several groups; a query each for their values and one for all changes."""
    changes = _newest_changes({setting.row for group in groups for setting in group.settings})
    return [_standing(group, changes, to=to) for group in groups]


def _standing(group: Group, changes: Changes, *, to: Any) -> list[Standing]:
    now, may_change = group.now(), group.change is not None and to.has_perm(PERMISSION)
    return [
        Standing(
            setting=setting,
            value=now.get(setting.name, setting.default),
            change=changes.get((setting.row, setting.name)),
            can_reset=may_change and now.get(setting.name, setting.default) != setting.default,
        )
        for setting in group.settings
    ]


def _newest_changes(rows: Iterable[str]) -> Changes:
    events = AuditEvent.objects.filter(action=CHANGED, target_type="globalsetting", target_name__in=rows)
    return {(event.target_name, name): event for event in events.order_by("pk") for name in event.changes}


class SettingsForm(forms.Form):
    """The settings of a group as they stand, to be changed together.

    Subclasses declare fields where a number or a choice is not enough; names and words are of the group.
    """

    def __init__(self, data: Any, *, group: Group, to: Any) -> None:
        super().__init__(data, initial=dict(group.now()))
        self.group = group
        for one in standing(group, to=to):
            name = one.setting.name
            shown = self.fields.setdefault(name, one.setting.form_field())
            shown.label, shown.help_text = capfirst(gettext(one.setting.label)), one.setting.effect
            shown.standing = one  # type: ignore[attr-defined]
        self.order_fields([one.name for one in group.settings])

    def save(self, *, by: Any) -> bool:
        """Whether the service took what was sent; its objections are shown where they belong."""
        try:
            change(self.group, self.cleaned_data, by=by)
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True


def change(group: Group, values: Mapping[str, Any], *, by: Any) -> None:
    """Set some of the settings; raises ValidationError that names them. LookupError for what is read only."""
    if group.change is None:
        raise LookupError(f"{group.key} is read only")
    try:
        group.change(values, by)
    except InspectionError as error:
        place = error.location if error.location in values else None
        raise ValidationError({place: str(error)} if place else str(error)) from error


def reset(group: Group, setting: Setting, *, by: Any) -> None:
    """Back to the default; recorded like every change."""
    change(group, {setting.name: setting.default}, by=by)
