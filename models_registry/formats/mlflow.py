"""MLflow model directories, packed as ZIP: a model inside, and the signature that was written with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from models_registry.formats.base import BrokenArtifact, UnknownArtifact
from models_registry.formats.zips import names_in_zip, read_member

MLMODEL = "MLmodel"
MOST_TEXT_BYTES = 1024**2
TYPES = {
    "double": "number",
    "float": "number",
    "long": "integer",
    "integer": "integer",
    "string": "text",
    "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The model of a directory. ``features`` are as a request gives them, ``sample`` instances to try."""

    format: str
    content: bytes
    features: list[dict[str, Any]]
    sample: list[dict[str, Any]]
    made_with: str


def refuse_other_flavours(path: Path) -> None:
    """Raises UnknownArtifact for a flavour that is not taken, BrokenArtifact without a readable MLmodel."""
    _model_file(_about(path)[1])


def unpack(path: Path, *, most_bytes: int) -> Unpacked:
    """Raises as ``refuse_other_flavours``, and BrokenArtifact where a part is missing."""
    root, about = _about(path)
    format_key, name = _model_file(about)
    return Unpacked(
        format=format_key,
        content=read_member(path, str(root / name), most_bytes=most_bytes),
        features=_features(about.get("signature")),
        sample=_sample(path, root, about.get("saved_input_example_info")),
        made_with=f"MLflow {about.get('mlflow_version', '')}".strip(),
    )


def _about(path: Path) -> tuple[PurePosixPath, Mapping[str, Any]]:
    """The directory of the model in the ZIP file, and what its MLmodel says."""
    root = min(
        (PurePosixPath(n).parent for n in names_in_zip(path) if PurePosixPath(n).name == MLMODEL), key=str
    )
    return root, _yaml(read_member(path, str(root / MLMODEL), most_bytes=MOST_TEXT_BYTES))


def _model_file(about: Mapping[str, Any]) -> tuple[str, str]:
    flavors = about.get("flavors")
    found = flavors if isinstance(flavors, Mapping) else {}
    if isinstance(onnx := found.get("onnx"), Mapping):
        return "onnx", str(onnx.get("data") or "model.onnx")
    sklearn = found.get("sklearn")
    if not isinstance(sklearn, Mapping):
        others = ", ".join(sorted(map(str, found))) or "none"
        raise UnknownArtifact(
            f"The MLflow model has the flavours {others}; taken are onnx, and sklearn with skops."
        )
    if sklearn.get("serialization_format") != "skops":
        raise UnknownArtifact(
            f"The MLflow model is stored as {sklearn.get('serialization_format', 'pickle')}: loading that "
            "runs the code in it, so no server should do it. Save it anew where it was trained:\n"
            '    model = mlflow.sklearn.load_model("model")\n'
            '    mlflow.sklearn.save_model(model, "model-skops", serialization_format="skops")',
            code="pickle_refused",
        )
    return "skops", str(sklearn.get("pickled_model") or "model.skops")


def _features(signature: Any) -> list[dict[str, Any]]:
    """Columns of the signature; what it says beyond columns (tensors, arrays) is left to other sources."""
    written = signature.get("inputs") if isinstance(signature, Mapping) else None
    try:
        columns = json.loads(written) if isinstance(written, str) else []
        return [
            {"name": str(c["name"]), "type": TYPES[c["type"]], "required": bool(c.get("required", True))}
            for c in columns
        ]
    except (ValueError, KeyError, TypeError):
        return []


def _sample(path: Path, root: PurePosixPath, about: Any) -> list[dict[str, Any]]:
    if not isinstance(about, Mapping) or about.get("type") != "dataframe":
        return []
    try:
        text = read_member(path, str(root / str(about["artifact_path"])), most_bytes=MOST_TEXT_BYTES)
        table = json.loads(text)
        return [dict(zip(table["columns"], row, strict=True)) for row in table["data"][:100]]
    except (BrokenArtifact, ValueError, KeyError, TypeError):
        return []  # an example is an offer, not a part of the model


def _yaml(content: bytes) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as damage:
        raise BrokenArtifact("The MLmodel file is no YAML.") from damage
    if not isinstance(found, Mapping):
        raise BrokenArtifact("The MLmodel file is no mapping.")
    return found
