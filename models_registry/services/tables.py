"""Features and predictions as an Arrow table: what a profile is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from models_registry.formats.signature import Column, FeatureType, Signature

PREDICTION = "prediction"
"""The column of a profile that holds what the model answered."""
TARGET = "actual outcome"
"""The column that holds what really happened, of the rows whose truth is known."""
ERROR = "prediction error"
"""The column that holds how far off the answers to these rows were."""
OUTCOMES = (TARGET, ERROR)
CHANCE = "predicted probability"
"""The column that holds how likely the second of two classes was said to be; of more, the one answered."""
DERIVED = (CHANCE, *OUTCOMES)
"""Columns that no training profile has: the reference rows of the version tell how they were."""

_ARROW = {
    FeatureType.NUMBER: pa.float64(),
    FeatureType.INTEGER: pa.int64(),
    FeatureType.TEXT: pa.string(),
    FeatureType.BOOLEAN: pa.bool_(),
}


def schema_of(signature: Signature) -> pa.Schema:
    """One typed column a feature, then the prediction: a label or a number."""
    return feature_schema(signature).append(pa.field(PREDICTION, answer_type(signature)))


def answer_type(signature: Signature) -> pa.DataType:
    """Of predictions and truth: a label or a number."""
    return pa.string() if signature.classes else pa.float64()


def feature_schema(signature: Signature) -> pa.Schema:
    return pa.schema([(feature.name, _ARROW[feature.type]) for feature in signature.features])


def answered(
    signature: Signature,
    columns: Mapping[str, Column],
    predictions: Sequence[Any],
    by_class: Mapping[str, Column] | None,
) -> dict[str, pa.Array]:
    """``prediction``, and structs ``features`` and ``probabilities``, so that no name is in another's way.

    All of equal length; without probabilities ``by_class`` theirs is left out.
    """
    found = {
        "features": _struct(columns, feature_schema(signature)),
        "prediction": pa.array(predictions, answer_type(signature)),
    }
    if by_class is not None:
        chances = pa.schema([(name, pa.float64()) for name in signature.classes])
        found["probabilities"] = _struct(by_class, chances)
    return found


def _struct(columns: Mapping[str, Column], schema: pa.Schema) -> pa.StructArray:
    arrays = [pa.array(columns[field.name], field.type) for field in schema]
    return pa.StructArray.from_arrays(arrays, fields=list(schema))


def table_of(
    signature: Signature, columns: Mapping[str, Sequence[Any]], predictions: Sequence[Any]
) -> pa.Table:
    """``columns`` by feature and ``predictions``, all of equal length."""
    schema = schema_of(signature)
    return pa.table({**columns, PREDICTION: predictions}, schema=schema)


def table_of_rows(signature: Signature, rows: Sequence[tuple[Mapping[str, Any], Any]]) -> pa.Table:
    """The same from logged rows of (features, prediction); a feature that a row lacks is missing."""
    columns = columns_of_rows(signature, [features for features, _ in rows])
    return table_of(signature, columns, [prediction for _, prediction in rows])


def columns_of_rows(signature: Signature, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Logged features by column; one that a row lacks is missing."""
    return {name: [features.get(name) for features in rows] for name in signature.names}
