"""A model's own drift policy, between what is stored or sent and what the engine takes."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from dataops.engine.drift import PERFORMANCE, DriftPolicy
from models_registry.formats.signature import Signature
from models_registry.models import Model, ModelVersion, Watch
from models_registry.services.errors import NotAccepted
from models_registry.services.tables import OUTCOMES, PREDICTION

SETTABLE = (
    "method", "threshold", "q", "window_alpha", "minimum_reference", "minimum_current", "joint_floor",
    "fall_floor", "columns",
)  # fmt: skip


def policy_of(model: Model) -> DriftPolicy:
    """How the windows of this model are judged; the default when nobody said otherwise. One query."""
    watch = Watch.objects.filter(model=model).first()
    return read_policy(watch.policy if watch else {})


def read_policy(told: Mapping[str, Any]) -> DriftPolicy:
    """The policy of stored or sent fields. Raises NotAccepted that says which one makes no sense."""
    unknown = told.keys() - set(SETTABLE)
    if unknown:
        name = sorted(unknown)[0]
        raise NotAccepted(f"A policy has no {name!r}; it has {', '.join(SETTABLE)}.", location=name)
    for field in fields(DriftPolicy):
        _check_range(field.name, field.metadata, told.get(field.name))
    try:
        return DriftPolicy(**told)
    except (ValueError, LookupError, TypeError) as error:
        raise NotAccepted(str(error)) from error


def stored_policy(policy: DriftPolicy) -> dict[str, Any]:
    """The fields that differ from the defaults, so that better defaults reach everybody else."""
    default = asdict(DriftPolicy())
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
        said = f"{version} has no column {unknown[0]!r}; it has {', '.join(known)}."
        raise NotAccepted(said, location="columns")


def watched_columns(version: ModelVersion) -> list[str]:
    """What a factor can be set for: the answers, what the truth shows of them, and the features."""
    return [PREDICTION, *OUTCOMES, PERFORMANCE, *Signature.from_dict(version.signature).names]


def _check_range(name: str, limits: Mapping[str, Any], value: Any) -> None:
    """Refuse what is no number or lies outside the range that the field declares."""
    low, high = limits.get("minimum"), limits.get("maximum")
    if value is None or (low is None and high is None):
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAccepted(f"{name} is {value!r}; give a number.", location=name)
    if (low is not None and value < low) or (high is not None and value > high):
        upper = "" if high is None else f" to {high:g}"
        raise NotAccepted(f"{name} is {value:g}; give a number from {low:g}{upper}.", location=name)
