"""Tensors of the Open Inference Protocol v2 (JSON form) as instances and answers.

https://github.com/kserve/open-inference-protocol, specification/protocol/inference_rest.md
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain
from math import prod
from typing import Any

import numpy as np

from models_registry.formats.instances import ByColumn
from models_registry.formats.signature import Column, Feature, FeatureType, Signature
from models_registry.services import NotAccepted, Predicted

NUMBERS = {"FP16", "FP32", "FP64"}
WHOLE = {"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"}
DATATYPES = {
    FeatureType.NUMBER: "FP64",
    FeatureType.INTEGER: "INT64",
    FeatureType.TEXT: "BYTES",
    FeatureType.BOOLEAN: "BOOL",
}
TAKEN = {
    FeatureType.NUMBER: NUMBERS | WHOLE,
    FeatureType.INTEGER: NUMBERS | WHOLE,
    FeatureType.TEXT: {"BYTES"},
    FeatureType.BOOLEAN: {"BOOL"},
}
LABELS, PROBABILITIES, NUMBER = "label", "probabilities", "prediction"


def inputs_of(signature: Signature) -> list[dict[str, Any]]:
    """What the model takes: a tensor a feature, one value an instance."""
    return [{"name": f.name, "datatype": DATATYPES[f.type], "shape": [-1]} for f in signature.features]


def outputs_of(signature: Signature) -> list[dict[str, Any]]:
    """What it answers; ``probabilities`` has a column a class, in the order of the signature."""
    if not signature.classes:
        return [{"name": NUMBER, "datatype": "FP64", "shape": [-1]}]
    return [
        {"name": LABELS, "datatype": "BYTES", "shape": [-1]},
        {"name": PROBABILITIES, "datatype": "FP64", "shape": [-1, len(signature.classes)]},
    ]


def instances_of(signature: Signature, inputs: Any) -> ByColumn:
    """Instances from tensors: one a feature (shape [n] or [n, 1]), or one matrix of numbers, shape [n, k].

    Raises NotAccepted naming the tensor. The values themselves are for the signature to judge.
    """
    if not isinstance(inputs, list) or not inputs or not all(isinstance(t, Mapping) for t in inputs):
        raise NotAccepted("inputs: give a list of tensors, {name, shape, datatype, data} each.")
    columns = _columns(signature, inputs)
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise NotAccepted(f"The tensors differ in length: {lengths}.")
    return ByColumn(columns)


def _columns(signature: Signature, inputs: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    features = {feature.name: feature for feature in signature.features}
    width = len(features)
    if len(inputs) == 1 and inputs[0].get("name") not in features and _shape(inputs[0])[1:] == [width]:
        flat = _data(inputs[0], NUMBERS | WHOLE)
        return {name: flat[column::width] for column, name in enumerate(features)}
    columns: dict[str, Column] = {}
    for tensor in inputs:
        name = tensor.get("name")
        if name not in features:
            known = ", ".join(list(features)[:20])
            raise NotAccepted(f"inputs: {str(name)[:80]!r} is no feature of this model; known: {known}.")
        columns[str(name)] = _column(tensor, features[str(name)])
    return columns


def _column(tensor: Mapping[str, Any], feature: Feature) -> Column:
    shape = _shape(tensor)
    if shape[1:] not in ([], [1]):
        raise NotAccepted(f"{feature.name}: the shape is {shape}; give [n] or [n, 1].")
    return _data(tensor, TAKEN[feature.type])


def _shape(tensor: Mapping[str, Any]) -> list[int]:
    shape = tensor.get("shape")
    if not isinstance(shape, list) or not shape or not all(type(n) is int and 0 <= n < 2**31 for n in shape):
        raise NotAccepted(f"{str(tensor.get('name'))[:80]}: shape is no list of whole numbers.")
    return shape


def _data(tensor: Mapping[str, Any], taken: set[str]) -> Column:
    name, datatype = str(tensor.get("name"))[:80], tensor.get("datatype")
    if datatype not in taken:
        raise NotAccepted(f"{name}: the datatype is {datatype!r}; give one of {', '.join(sorted(taken))}.")
    data = tensor.get("data")
    if not isinstance(data, list):
        raise NotAccepted(f"{name}: data is no list; the binary form of the protocol is not taken.")
    flat = _flat(data)
    if len(flat) != prod(shape := _shape(tensor)):
        raise NotAccepted(f"{name}: {len(flat):,} values for the shape {shape}.")
    return flat


def _flat(data: list[Any]) -> Column:
    """The values of nested lists, in order, as an array where all of them are floats."""
    rows = data if set(map(type, data)) == {list} else [data]
    if set(map(type, chain.from_iterable(rows))) == {float}:
        with suppress(ValueError):  # rows of unequal length
            return np.array(rows).ravel()
    # Level by level, as there are few of them and many values.
    while list in (kinds := set(map(type, data))):
        parts = data if kinds == {list} else [value if type(value) is list else [value] for value in data]
        data = list(chain.from_iterable(parts))
    return data


def answer_of(signature: Signature, answer: Predicted, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """The tensors of an answer, of all outputs or those ``wanted``. Raises NotAccepted for an unknown one."""
    count = len(answer.predictions)
    data: dict[str, list[Any]] = {LABELS if signature.classes else NUMBER: answer.predictions}
    if (chances := answer.answer.chances) is not None:
        data[PROBABILITIES] = chances.ravel().tolist()
    if unknown := [name for name in wanted if name not in data]:
        raise NotAccepted(f"There is no output {unknown[0][:80]!r}; there are {', '.join(data)}.")
    return [
        {
            **output,
            "shape": [count, *output["shape"][1:]],
            "data": data[output["name"]],
            "parameters": {"classes": list(signature.classes)} if output["name"] == PROBABILITIES else {},
        }
        for output in outputs_of(signature)
        if output["name"] in data and (not wanted or output["name"] in wanted)
    ]
