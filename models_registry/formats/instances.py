"""Holding a request to the signature: all instances at once, every fault with its place."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from models_registry.formats.faults import Fault, is_storable, listed, refuse, shown
from models_registry.formats.numbers import LARGEST_INTEGER, LARGEST_NUMBER, Numbers
from models_registry.formats.signature import Column, Feature, FeatureType, Signature, plain

MAX_TEXT_LENGTH = 1_000

ACCEPTABLE = frozenset({"required", "not_finite", "unknown_category"})
"""What a policy may accept; a value of another type cannot be computed with whatever the policy."""

Columns = dict[str, Column]
Place = Callable[[int, str], tuple[str | int, ...]]
Wrong = tuple[str, str] | None  # (code, what is wrong beyond the value itself), None when nothing is

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class ByColumn:
    """Instances as columns of one length, of features of the signature; one that is left out is missing."""

    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


Instances = Sequence[Any] | ByColumn


@dataclass(frozen=True, slots=True)
class Checked:
    """Values by feature, each column as long as the instances; a missing value is None.

    Numbers are floats and whole numbers ints, in an array where none is missing. ``broken`` counts the
    values that were accepted although they break the signature, by feature and code.
    """

    columns: Columns
    broken: Counter[tuple[str, str]]


class Gate:
    """Holds requests to a signature. Good columns pass as arrays; only bad ones are looked at one by one."""

    def __init__(self, signature: Signature) -> None:
        self._signature = signature
        self._names = set(signature.names)
        self._known = {f.name: frozenset(f.categories) for f in signature.features if is_closed(f)}
        self._numbers = Numbers(signature.features)
        self._alone = {f.name: Numbers([f]) for f in signature.features if f.type.is_numeric}
        self._values_of = _values_of(signature.names)

    def check(
        self,
        instances: Instances,
        place: Place = lambda row, feature: ("instances", row, feature),
        *,
        accept: bool = False,
        strict: bool = False,
    ) -> Checked:
        """All instances at once. ``place`` says where a feature of a row stands in the request.

        With ``accept`` missing values and unknown categories are taken and counted; with ``strict``
        values beyond what training saw are refused, otherwise counted. Raises InvalidRows.
        """
        given, absent = self._by_feature(instances, place), [_ABSENT] * len(instances)
        columns, beyond = self._passed_numbers([given.get(name, absent) for name in self._numbers.names])
        broken: Counter[tuple[str, str]] = Counter()
        faults: list[Fault] = []
        for feature in self._signature.features:
            if feature.name in columns:
                continue
            values = given.get(feature.name, absent)
            passed = self._passed(feature, values)
            if passed is None:
                found = list(_faults(feature, plain(values), place))
                refused = [f for f in found if not (accept and f.code in ACCEPTABLE)]
                faults += refused
                broken.update((feature.name, fault.code) for fault in found)
                passed = [] if refused else _converted(feature, plain(values))
            if feature.type.is_numeric and len(passed):
                beyond |= self._alone[feature.name].beyond(np.array([passed], dtype=np.float64))
            columns[feature.name] = passed
        for name, rows in beyond.items():
            broken[name, "out_of_range"] += len(rows)
            if strict:
                faults += self._range_faults(name, columns[name], rows, place)
        refuse(faults)
        return Checked({name: columns[name] for name in self._signature.names}, broken)

    def _by_feature(self, instances: Instances, place: Place) -> Mapping[str, Column]:
        if isinstance(instances, ByColumn):
            return instances.columns
        if set(map(type, instances)) == {dict} and set(map(len, instances)) == {len(self._names)}:
            with suppress(KeyError):  # as a rule each has all features and nothing else
                rows = map(self._values_of, instances)
                return dict(zip(self._signature.names, map(list, zip(*rows, strict=True)), strict=True))
        refuse(_shape_faults(self._signature, self._names, instances, place))
        return {name: [row.get(name, _ABSENT) for row in instances] for name in self._signature.names}

    def _passed_numbers(self, columns: Sequence[Column]) -> tuple[Columns, dict[str, list[int]]]:
        """All numeric features that are as promised, and their rows beyond training; none when one is not."""
        array = self._numbers.read(columns) if columns else None
        if array is None:
            return {}, {}
        return self._numbers.columns(array), self._numbers.beyond(array)

    def _passed(self, feature: Feature, values: Column) -> Column | None:
        """The values as they are predicted on, when all are as promised; None when one may not be."""
        if feature.type.is_numeric:
            alone = self._alone[feature.name]
            array = alone.read([values])
            return None if array is None else alone.columns(array)[feature.name]
        kinds = set(map(type, values))
        if feature.type == FeatureType.BOOLEAN:
            return values if kinds == {bool} else None
        if kinds != {str} or max(map(len, values)) > MAX_TEXT_LENGTH:
            return None
        if (known := self._known.get(feature.name)) is not None:
            return values if known.issuperset(values) else None
        return values if all(map(is_storable, set(values))) else None

    def _range_faults(self, name: str, values: Column, rows: Sequence[int], place: Place) -> Iterator[Fault]:
        feature = next(each for each in self._signature.features if each.name == name)
        ends, told = f"{_end(feature.minimum)} to {_end(feature.maximum)}", plain(values)
        for row in rows:
            message = f"{name} is {shown(told[row])}; in training it was {ends}"
            yield Fault(place(row, name), message, "out_of_range")


def _values_of(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """The values of an instance in the order of ``names``; KeyError when one is left out."""
    if len(names) == 1:  # of a single name itemgetter gives no sequence
        return lambda instance: (instance[names[0]],)
    return itemgetter(*names)


def columns_of(
    signature: Signature,
    instances: Sequence[Any],
    place: Place = lambda row, feature: ("instances", row, feature),
) -> Columns:
    """The columns of ``Gate.check`` under the policy that rejects. Raises InvalidRows."""
    return Gate(signature).check(instances, place).columns


def is_closed(feature: Feature) -> bool:
    """Whether only the listed categories are taken."""
    return bool(feature.categories) and not feature.open


def _end(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"


def _shape_faults(
    signature: Signature, known: set[str], instances: Sequence[Any], place: Place
) -> Iterator[Fault]:
    for row, instance in enumerate(instances):
        if type(instance) is dict and instance.keys() <= known:
            continue
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
    return ("unknown_category", "") if is_closed(feature) and value not in feature.categories else None


_RULES: dict[FeatureType, Callable[[Feature, Any], Wrong]] = {
    FeatureType.NUMBER: lambda _, value: wrong_with_number(value),
    FeatureType.INTEGER: lambda _, value: _wrong_with_integer(value),
    FeatureType.TEXT: _wrong_with_text,
    FeatureType.BOOLEAN: lambda _, value: None if isinstance(value, bool) else ("wrong_type", ""),
}


def _converted(feature: Feature, values: Sequence[Any]) -> list[Any]:
    """For columns with missing values; what is not finite is missing too."""
    convert = {FeatureType.NUMBER: float, FeatureType.INTEGER: int}.get(feature.type)
    present = [None if value is _ABSENT or _is_not_finite(value) else value for value in values]
    return present if convert is None else [None if value is None else convert(value) for value in present]


def _is_not_finite(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _wanted(feature: Feature) -> str:
    if is_closed(feature):
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
