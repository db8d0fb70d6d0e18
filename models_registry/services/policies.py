"""A model's own drift policy, between what is stored or sent and what the engine takes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from dataops.engine.drift import METHODS, PERFORMANCE, DriftPolicy
from dataops.engine.drift.rules import DEFAULT
from dataops.web import global_settings
from dataops.web.declared import Group, Setting
from dataops.web.words import lazy as _
from models_registry.formats.signature import Signature
from models_registry.models import Model, ModelVersion, Watch
from models_registry.services.errors import NotAccepted
from models_registry.services.tables import CHANCE, DERIVED, PREDICTION

KEY = "models.drift_policy"
SETTABLE = (
    "method", "threshold", "q", "window_alpha", "minimum_reference", "minimum_current", "joint_floor",
    "fall_floor", "columns",
)  # fmt: skip


def policy_of(model: Model) -> DriftPolicy:
    """How the windows of this model are judged: as everybody's where nobody said otherwise. Two queries."""
    watch = Watch.objects.filter(model=model).first()
    return read_policy(watch.policy if watch else {}, shared_policy())


def shared_policy() -> DriftPolicy:
    """What every model goes by that has not said otherwise; one query."""
    return DriftPolicy(**global_settings.read(KEY, {}))


def set_shared_policy(changes: Mapping[str, Any], *, by: Any) -> None:
    """Change some of it; from the next drift check on. Raises NotAccepted that names the field."""
    new = read_policy(changes, shared_policy())
    global_settings.write(KEY, stored_policy(new), default=whole_policy(DriftPolicy()), by=by)


def read_policy(told: Mapping[str, Any], base: DriftPolicy | None = None) -> DriftPolicy:
    """The policy of stored or sent fields, the others as in ``base``, which is the default policy.

    Raises NotAccepted that says which one makes no sense.
    """
    unknown = told.keys() - set(SETTABLE)
    if unknown:
        name = sorted(unknown)[0]
        raise NotAccepted(f"A policy has no {name!r}; it has {', '.join(SETTABLE)}.", location=name)
    for field in fields(DriftPolicy):
        _check_range(field.name, field.metadata, told.get(field.name))
    try:
        return replace(base or DriftPolicy(), **told)
    except (ValueError, LookupError, TypeError) as error:
        raise NotAccepted(str(error)) from error


def stored_policy(policy: DriftPolicy, base: DriftPolicy | None = None) -> dict[str, Any]:
    """The fields that differ from ``base``, so that a better one reaches everybody else."""
    default = asdict(base or DriftPolicy())
    return {
        name: value for name, value in asdict(policy).items() if name in SETTABLE and value != default[name]
    }


def whole_policy(policy: DriftPolicy) -> dict[str, Any]:
    """Every field that can be set, for pages and the API."""
    return {name: value for name, value in asdict(policy).items() if name in SETTABLE}


def check_columns(policy: DriftPolicy, version: ModelVersion) -> None:
    """Raise NotAccepted for a factor on a column that the version does not have: a slip of the pen."""
    known = watched_columns(version)
    unknown = sorted(policy.columns.keys() - set(known))
    if unknown:
        said = _("%(version)s has no column %(column)s; it has %(known)s.") % {
            "version": version,
            "column": f"{unknown[0]!r}",
            "known": ", ".join(known),
        }
        raise NotAccepted(said, location="columns")


def watched_columns(version: ModelVersion) -> list[str]:
    """What a factor can be set for: the answers, what they and the truth show, and the features."""
    signature = Signature.from_dict(version.signature)
    derived = [name for name in DERIVED if signature.classes or name != CHANCE]
    return [PREDICTION, *derived, PERFORMANCE, *signature.names]


def _check_range(name: str, limits: Mapping[str, Any], value: Any) -> None:
    """Refuse what is no number or lies outside the range that the field declares."""
    low, high = limits.get("minimum"), limits.get("maximum")
    if value is None or (low is None and high is None):
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        said = _("%(name)s is %(value)s; give a number.") % {"name": name, "value": f"{value!r}"}
        raise NotAccepted(said, location=name)
    if (low is not None and value < low) or (high is not None and value > high):
        said = (
            _("%(name)s is %(value)s; give a number from %(low)s.")
            if high is None
            else _("%(name)s is %(value)s; give a number from %(low)s to %(high)s.")
        )
        told = {"name": name, "value": f"{value:g}", "low": f"{low:g}", "high": f"{high or 0:g}"}
        raise NotAccepted(said % told, location=name)


_LABELS = {
    "method": (_("Method"), _("The combined default tests all that can change, at a stated rate.")),
    "threshold": (_("Threshold"), _("Own limit for a single method: a p-value, or a distance.")),
    "q": (
        _("False alarms tolerated, rows independent"),
        _("0.02: at most two checks in a hundred without drift raise anything."),
    ),
    "window_alpha": (
        _("False alarms tolerated, windows compared"),
        _("The same once 20 earlier windows tell what is usual."),
    ),
    "minimum_reference": (_("Fewest reference rows compared"), _("A smaller reference is not compared.")),
    "minimum_current": (_("Fewest rows compared"), _("A smaller window is not compared.")),
    "joint_floor": (
        _("Change that matters in how columns go together"),
        _("How much better whole rows tell windows apart than single columns do; 0.5 never alarms."),
    ),
    "fall_floor": (
        _("Loss of performance that matters"),
        _("As a share of what the main metric was before: 0.05 is one twentieth; 1 never alarms."),
    ),
}


def _settings() -> Iterator[Setting]:
    methods = {DEFAULT: _("Combined default")} | {one.key: one.label for one in METHODS}
    default, ranges = DriftPolicy(), {field.name: field.metadata for field in fields(DriftPolicy)}
    for name, (label, effect) in _LABELS.items():
        limits = {
            f"{end[:3]}_value": ranges[name][end] for end in ("minimum", "maximum") if end in ranges[name]
        }
        yield Setting(
            KEY,
            name,
            label,
            effect,
            getattr(default, name),
            unit=ranges[name].get("unit", ""),
            nothing=_("none") if getattr(default, name) is None else "",
            choices=methods if name == "method" else {},
            limits=limits,
        )


DRIFT_SETTINGS = Group(
    key="drift",
    title=_("What counts as drift"),
    page="settings:drift",
    settings=tuple(_settings()),
    now=lambda: whole_policy(shared_policy()),
    change=lambda values, by: set_shared_policy(values, by=by),
)
