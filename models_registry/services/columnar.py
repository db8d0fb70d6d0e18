"""A block of a table held to a signature column by column, without touching its cells one by one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from models_registry.formats.instances import MAX_TEXT_LENGTH
from models_registry.formats.numbers import LARGEST_INTEGER, LARGEST_NUMBER
from models_registry.formats.signature import Feature, FeatureType
from models_registry.services.missing import without_missing

NUMERAL = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


@dataclass(slots=True)
class Faults:
    """What is wrong with rows, by row; the first fault of a row counts."""

    by_row: dict[int, str] = field(default_factory=dict)

    def add(self, wrong: pa.Array, message: str) -> None:
        for row in pc.indices_nonzero(pc.fill_null(wrong, False)).to_pylist():
            self.by_row.setdefault(row, message)


def column_of(batch: pa.RecordBatch, name: str) -> pa.Array:
    """A column, missing tokens of a text file as null; all null when there is none of that name."""
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    column = batch.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type):
        column = without_missing(column)
    return column


def feature_json(feature: Feature, column: pa.Array, faults: Faults) -> pa.Array:
    """Values as JSON texts; what breaks the signature goes to ``faults`` and becomes null."""
    if feature.required:
        faults.add(pc.is_null(column), f"{feature.name} is missing")
    if feature.type.is_numeric:
        numbers = numbers_of(column, feature.name, faults)
        if feature.type == FeatureType.INTEGER:
            wrong = pc.or_(
                pc.not_equal(numbers, pc.floor(numbers)), pc.greater(pc.abs(numbers), LARGEST_INTEGER)
            )
            faults.add(wrong, f"{feature.name} is no whole number")
            numbers = pc.if_else(wrong, None, numbers).cast(pa.int64())
        return or_null(numbers.cast(pa.string()))
    if feature.type == FeatureType.BOOLEAN:
        return or_null(_truth_values(column, feature.name, faults))
    return or_null(text_json(_texts(feature, column, faults)))


def numbers_of(column: pa.Array, name: str, faults: Faults) -> pa.Array:
    """Finite numbers; null where there is none."""
    if pa.types.is_string(column.type):
        column = _read_numbers(column, name, faults)
    elif not (
        pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_null(column.type)
    ):
        faults.add(pc.is_valid(column), f"{name} is no number")
        column = pa.nulls(len(column))
    numbers = column.cast(pa.float64())
    wrong = pc.or_(pc.invert(pc.is_finite(numbers)), pc.greater(pc.abs(numbers), LARGEST_NUMBER))
    faults.add(wrong, f"{name} is not finite or too large")
    return pc.if_else(wrong, None, numbers)


def _read_numbers(texts: pa.Array, name: str, faults: Faults) -> pa.Array:
    try:
        return texts.cast(pa.float64())
    except pa.ArrowInvalid:  # looked at one by one only where one of them is no number
        wrong = pc.invert(pc.match_substring_regex(texts, NUMERAL))
        faults.add(wrong, f"{name} is no number")
        return pc.if_else(wrong, None, texts)


def labels_of(column: pa.Array, classes: Sequence[str], name: str, faults: Faults) -> pa.Array:
    """Texts that are classes of a model; null where there is none."""
    texts = column.cast(pa.string())
    wrong = pc.and_(pc.is_valid(texts), pc.invert(pc.is_in(texts, value_set=pa.array(classes))))
    faults.add(wrong, f"{name} is no class; give one of {', '.join(classes)}")
    return pc.if_else(wrong, None, texts)


def text_json(texts: pa.Array) -> pa.Array:
    """Texts as JSON: each different one is escaped once."""
    coded = texts.dictionary_encode()
    escaped = pa.array([json.dumps(text) for text in coded.dictionary.to_pylist()], pa.string())
    return escaped.take(coded.indices)


def value_json(column: pa.Array) -> pa.Array:
    """Sound values of one type as JSON texts; what is missing is ``null``."""
    if pa.types.is_boolean(column.type):
        return or_null(pc.if_else(column, "true", "false"))
    return or_null(text_json(column) if pa.types.is_string(column.type) else column.cast(pa.string()))


def or_null(texts: pa.Array) -> pa.Array:
    return pc.fill_null(texts, "null")


def object_json(names: Sequence[str], values: Sequence[pa.Array]) -> pa.Array:
    """One JSON object a row, of values that are JSON themselves; null where one of them is."""
    parts: list[object] = []
    for position, (name, value) in enumerate(zip(names, values, strict=True)):
        parts += [f"{', ' if position else '{'}{json.dumps(name)}: ", value]
    return pc.binary_join_element_wise(*parts, "}", "")


def _truth_values(column: pa.Array, name: str, faults: Faults) -> pa.Array:
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "true", "false")
    texts = pc.utf8_lower(column.cast(pa.string()))
    wrong = pc.and_(pc.is_valid(texts), pc.invert(pc.is_in(texts, value_set=pa.array(["true", "false"]))))
    faults.add(wrong, f"{name} is neither true nor false")
    return pc.if_else(wrong, None, texts)


def _texts(feature: Feature, column: pa.Array, faults: Faults) -> pa.Array:
    texts = column.cast(pa.string())
    faults.add(pc.greater(pc.utf8_length(texts), MAX_TEXT_LENGTH), f"{feature.name} is too long")
    faults.add(pc.match_substring(texts, "\0"), f"{feature.name} has a character that cannot be stored")
    if feature.categories and not feature.open:
        known = pc.is_in(texts, value_set=pa.array(feature.categories))
        faults.add(pc.and_(pc.is_valid(texts), pc.invert(known)), f"{feature.name} is an unknown category")
    return texts
