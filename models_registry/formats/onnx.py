"""ONNX models and how they are asked: arithmetic as a graph, without any code of its own."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from models_registry.formats.base import (
    Answer,
    BrokenArtifact,
    Description,
    NoAnswer,
    Predictor,
    UnsafeArtifact,
    by_chance,
)
from models_registry.formats.signature import Column, FeatureType, Signature

CLASSES_KEY = "dataops.classes"
"""Metadata of models we converted: the classes by column of the probabilities, none where there are none."""

DTYPES: dict[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}
KINDS = {
    np.float32: FeatureType.NUMBER,
    np.float64: FeatureType.NUMBER,
    np.int64: FeatureType.INTEGER,
    np.int32: FeatureType.INTEGER,
    np.bool_: FeatureType.BOOLEAN,
    np.object_: FeatureType.TEXT,
}
IR_VERSION_FIELD = b"\x08"  # how every ONNX file begins: field 1, a number
_TEXTS = np.frompyfunc(str, 1, 1)
TRUSTED_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})


class OnnxModel:
    """Answers by ONNX Runtime; one session may be asked from several threads."""

    def __init__(self, content: bytes, signature: Signature) -> None:
        self._session = open_session(content)
        self._signature = signature
        self._inputs = self._session.get_inputs()
        self._is_matrix = is_matrix(self._inputs, signature.names)
        self._order = self._column_order()

    def predict(self, columns: Mapping[str, Column]) -> Answer:
        outputs = self._run(self._feed(columns))
        if not self._signature.classes:
            return Answer(_numbers(outputs).tolist())
        if (chances := self._chances(outputs)) is None:
            return Answer(self._labels(outputs))
        return by_chance(chances, self._signature.classes)

    def _feed(self, columns: Mapping[str, Column]) -> dict[str, np.ndarray]:
        if self._is_matrix:
            (only,) = self._inputs
            by_feature = _array([columns[name] for name in self._signature.names], DTYPES[only.type])
            return {only.name: by_feature.T}
        return {
            each.name: _array(columns[each.name], DTYPES[each.type]).reshape(
                (-1, *[1] * (len(each.shape) - 1))
            )
            for each in self._inputs
        }

    def _run(self, feed: dict[str, np.ndarray]) -> list[Any]:
        try:
            return list(self._session.run(None, feed))
        except Exception as fault:  # the runtime raises types of its own, none of them public
            raise NoAnswer(f"the model cannot compute with these values ({_first_line(fault)})") from fault

    def _labels(self, outputs: Sequence[Any]) -> list[str]:
        for found in outputs:
            if isinstance(found, np.ndarray) and found.dtype.kind in "OUi":
                return [str(label) for label in found.reshape(-1)]
        return []

    def _chances(self, outputs: Sequence[Any]) -> np.ndarray | None:
        """Probabilities, shape (rows, classes) in the order of the signature; None without any."""
        for found in outputs:
            if isinstance(found, list):  # a ZipMap: one mapping a row
                by_name = [{str(label): chance for label, chance in row.items()} for row in found]
                return np.asarray([[row[name] for name in self._signature.classes] for row in by_name])
            if found.dtype.kind == "f" and found.ndim == 2 and found.shape[1] == len(self._order):
                return np.asarray(found, dtype=np.float64)[:, self._order]
        return None

    def _column_order(self) -> list[int]:
        classes = list(self._signature.classes)
        known = self._session.get_modelmeta().custom_metadata_map.get(CLASSES_KEY)
        stored = json.loads(known) if known else classes
        return [stored.index(name) for name in classes] if stored else []


class Onnx:
    key = "onnx"
    label = "ONNX"

    def recognises(self, path: Path) -> bool:
        with path.open("rb") as file:
            return file.read(1) == IR_VERSION_FIELD

    def describe(self, path: Path, allowed: frozenset[str]) -> Description:
        self.audit(path, allowed)
        session = open_session(path.read_bytes())
        return Description(
            features=_features(session.get_inputs()),
            classes=_classes(session, parsed(path)),
            estimator="ONNX graph",
        )

    def audit(self, path: Path, allowed: frozenset[str]) -> list[str]:
        """No types to allow: a graph can only compute. What it may not do is read other files."""
        model = parsed(path)
        if any(tensor.data_location == tensor.EXTERNAL for tensor in model.graph.initializer):
            raise UnsafeArtifact(
                "The model keeps its numbers in another file; save it as one (save_as_external_data=False)."
            )
        if foreign := sorted({node.domain for node in model.graph.node} - TRUSTED_DOMAINS):
            raise UnsafeArtifact(
                f"The model needs operators of {', '.join(foreign)}, which are not known here."
            )
        return []

    def load(self, path: Path, signature: Signature, allowed: frozenset[str]) -> Predictor:
        self.audit(path, allowed)
        return OnnxModel(path.read_bytes(), signature)

    def library_versions(self) -> dict[str, str]:
        return {name: version(name) for name in ("onnxruntime", "onnx", "numpy")}


def _features(inputs: Sequence[Any]) -> dict[str, FeatureType | None]:
    """By input, or x0, x1 ... for the columns of a single matrix."""
    for each in inputs:
        if each.type not in DTYPES or len(each.shape) > 2:
            raise BrokenArtifact(
                f"The input {each.name} is {each.type} of shape {each.shape}; that is no column."
            )
    if len(inputs) == 1 and len(inputs[0].shape) == 2 and inputs[0].shape[1] != 1:
        width = inputs[0].shape[1]
        return {
            f"x{column}": KINDS[DTYPES[inputs[0].type]]
            for column in range(width if type(width) is int else 0)
        }
    return {each.name: KINDS[DTYPES[each.type]] for each in inputs}


def _classes(session: Any, model: Any) -> tuple[str, ...]:
    """Classes by column of the probabilities, from where converters write them; none for numbers."""
    if known := session.get_modelmeta().custom_metadata_map.get(CLASSES_KEY):
        return tuple(json.loads(known))
    for node in reversed(model.graph.node):
        for attribute in node.attribute:
            if attribute.name in ("classlabels_strings", "classlabels_int64s") and (
                labels := [*(text.decode() for text in attribute.strings), *map(str, attribute.ints)]
            ):
                return tuple(labels)
    return ()


def open_session(content: bytes) -> Any:
    """A session of one thread: requests run beside each other, not inside each other.

    Raises BrokenArtifact when it is no model that the runtime can run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as fault:
        raise BrokenArtifact(f"ONNX Runtime cannot run the model: {_first_line(fault)}") from fault


def parsed(path: Path) -> Any:
    """The graph, without any file it may name. Raises BrokenArtifact."""
    import onnx

    try:
        return onnx.load(path, load_external_data=False)
    except Exception as damage:
        raise BrokenArtifact(
            f"The artifact cannot be read as an ONNX model ({_first_line(damage)})."
        ) from damage


def is_matrix(inputs: Sequence[Any], names: Sequence[str]) -> bool:
    """Whether all features go into one input, a column each."""
    return len(inputs) == 1 and len(inputs[0].shape) == 2 and (len(names) > 1 or inputs[0].name not in names)


def _array(values: Column | Sequence[Column], dtype: Any) -> np.ndarray:
    """The values of one feature, or of several, shape (features, rows)."""
    if dtype is np.object_:
        return np.asarray(_TEXTS(np.array(values, dtype=object)))
    if dtype in (np.int64, np.int32, np.bool_):
        return np.array(values, dtype=dtype)
    numbers = np.array(values, dtype=np.float64)  # None becomes NaN
    if dtype is np.float32 and (np.abs(numbers) > np.finfo(np.float32).max).any():
        raise NoAnswer("the model computes with 32-bit numbers, and one of the values is beyond them")
    return numbers.astype(dtype, copy=False)


def _numbers(outputs: Sequence[Any]) -> np.ndarray:
    return np.asarray(outputs[0], dtype=np.float64).reshape(-1)


def _first_line(fault: Exception) -> str:
    return str(fault).strip().splitlines()[0][:200] if str(fault).strip() else type(fault).__name__
