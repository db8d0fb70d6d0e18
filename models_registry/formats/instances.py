"""Holding a request to the signature: all instances at once, every fault with its place."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from models_registry.formats.faults import Fault, is_storable, listed, refuse, shown
from models_registry.formats.signature import Feature, FeatureType, Signature

MAX_TEXT_LENGTH = 1_000
LARGEST_NUMBER = 1e150  # its square is still a number, as the statistics over it need
LARGEST_INTEGER = 2**53  # beyond it a JSON number is not exact in a float

Columns = dict[str, list[Any]]
Place = Callable[[int, str], tuple[str | int, ...]]
Wrong = tuple[str, str] | None  # (code, what is wrong beyond the value itself), None when nothing is

_ABSENT = object()


def columns_of(
    signature: Signature,
    instances: Sequence[Any],
    place: Place = lambda row, feature: ("instances", row, feature),
) -> Columns:
    """Values by feature, each list as long as ``instances``; a missing optional value is None.

    Numbers become floats and whole numbers ints, so that 5 and 5.0 are one answer. ``place`` says
    where a feature of a row stands in the request. Raises InvalidRows.
    """
    refuse(_shape_faults(signature, instances, place))
    columns = {f.name: [i.get(f.name, _ABSENT) for i in instances] for f in signature.features}
    refuse(
        fault for feature in signature.features for fault in _faults(feature, columns[feature.name], place)
    )
    return {f.name: _converted(f, columns[f.name]) for f in signature.features}


def _shape_faults(signature: Signature, instances: Sequence[Any], place: Place) -> Iterator[Fault]:
    known = set(signature.names)
    for row, instance in enumerate(instances):
        if not isinstance(instance, Mapping):
            message = f"is {shown(instance)}; give an object of features"
            yield Fault(place(row, "")[:-1], message, "not_an_object")
        elif unknown := instance.keys() - known:
            name = min(unknown, key=str)
            message = f"{shown(name)} is no feature of this model; known: {listed(signature.names)}"
            yield Fault(place(row, _printable(name)), message, "unknown_feature")


def _faults(feature: Feature, values: Sequence[Any], place: Place) -> Iterator[Fault]:
    wrong_with = _RULES[feature.type]
    for row, value in enumerate(values):
        if value is _ABSENT or value is None:
            if feature.required:
                what = "is missing" if value is _ABSENT else "is null"
                yield Fault(
                    place(row, feature.name), f"{feature.name} {what}; give {_wanted(feature)}", "required"
                )
        elif wrong := wrong_with(feature, value):
            code, why = wrong
            message = f"{feature.name} is {shown(value)}{why}; give {_wanted(feature)}"
            yield Fault(place(row, feature.name), message, code)


def wrong_with_number(value: Any) -> Wrong:
    """What keeps ``value`` from being a number that can be computed with and stored."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "wrong_type", ""
    if isinstance(value, float) and not math.isfinite(value):
        return "not_finite", ""
    return ("too_large", ", too large") if abs(value) > LARGEST_NUMBER else None


def _wrong_with_integer(value: Any) -> Wrong:
    if wrong := wrong_with_number(value):
        return wrong
    if value != int(value):
        return "wrong_type", ""
    return ("too_large", ", too large") if abs(value) > LARGEST_INTEGER else None


def _wrong_with_text(feature: Feature, value: Any) -> Wrong:
    if not isinstance(value, str):
        return "wrong_type", ""
    if len(value) > MAX_TEXT_LENGTH:
        return "too_long", f", longer than {MAX_TEXT_LENGTH} characters"
    if not is_storable(value):
        return "bad_text", ", with a character that cannot be stored"
    closed = feature.categories and not feature.open
    return ("unknown_category", "") if closed and value not in feature.categories else None


_RULES: dict[FeatureType, Callable[[Feature, Any], Wrong]] = {
    FeatureType.NUMBER: lambda _, value: wrong_with_number(value),
    FeatureType.INTEGER: lambda _, value: _wrong_with_integer(value),
    FeatureType.TEXT: _wrong_with_text,
    FeatureType.BOOLEAN: lambda _, value: None if isinstance(value, bool) else ("wrong_type", ""),
}


def _converted(feature: Feature, values: Sequence[Any]) -> list[Any]:
    convert = {FeatureType.NUMBER: float, FeatureType.INTEGER: int}.get(feature.type)
    present = [None if value is _ABSENT else value for value in values]
    return present if convert is None else [None if value is None else convert(value) for value in present]


def _wanted(feature: Feature) -> str:
    if feature.categories and not feature.open:
        return f"one of {listed(feature.categories)}"
    nouns = {
        FeatureType.NUMBER: "a finite number",
        FeatureType.INTEGER: "a whole number",
        FeatureType.TEXT: "a text",
        FeatureType.BOOLEAN: "true or false",
    }
    return nouns[feature.type]


def _printable(name: Any) -> str:
    return str(name)[:80] if isinstance(name, str) and is_storable(name) else ascii(name)[:80]
