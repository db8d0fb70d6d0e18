"""The first time an artifact is loaded: in a process of its own, with little memory, time and no network.

Run as ``python -m models_registry.formats.trial FOLDER``; see ``models_registry.services.trying``. It
reads ``request.json`` and ``reference.arrow`` there, and writes ``result.json`` and ``serving.onnx``.
It knows no Django: nothing of the product's secrets is in this process.
"""

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataops.engine.errors import InspectionError
from models_registry.formats import ENTRY_POINTS, FORMATS
from models_registry.formats.base import ROUNDING, Answer, ArtifactFormat, NoAnswer, Predictor
from models_registry.formats.cache import resident_bytes
from models_registry.formats.deriving import derive
from models_registry.formats.instances import Columns, columns_of
from models_registry.formats.onnx import OnnxModel
from models_registry.formats.parity import ServingForm, serving_form
from models_registry.formats.signature import Signature


def main(folder: Path) -> None:
    request = json.loads((folder / "request.json").read_text())
    for group in ENTRY_POINTS:
        for point in entry_points(group=group):
            with suppress(Exception):  # a plug-in that does not load is told where plug-ins are listed
                FORMATS.register(point.load()())
    try:
        result = attempt(folder, request)
    except InspectionError as refused:
        result = {"refused": {"code": refused.code, "message": str(refused)}}
    (folder / "result.json").write_text(json.dumps(result))


def attempt(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Everything that shows whether an artifact may serve, as JSON."""
    kind, path = FORMATS[request["format"]], Path(request["artifact"])
    allowed = frozenset(request["allowed"])
    used = kind.audit(path, allowed)
    description = kind.describe(path, allowed)
    reference = _reference(folder / "reference.arrow")
    sample = request["sample"]
    signature = derive(description, given=request["signature"], reference=reference, sample=sample)
    before = resident_bytes()
    original = kind.load(path, signature, allowed)
    rows = {} if reference is None else {name: reference.column(name).to_pylist() for name in signature.names}
    answer = _answers(original, signature, sample, rows)
    form = _form(kind, original, signature, rows)
    if form.graph is not None:
        (folder / "serving.onnx").write_bytes(form.graph)
    return {
        "signature": signature.as_dict(),
        "estimator": description.estimator,
        "allowed_used": used,
        "library_versions": kind.library_versions(),
        "serving": {"reason": form.reason, "parity": form.parity and asdict(form.parity)},
        "sample": [] if answer is None else _shown(sample, answer),
        "memory_bytes": max(resident_bytes() - before, 2 * path.stat().st_size),
    }


def _reference(path: Path) -> pa.Table | None:
    if not path.exists():
        return None
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def _answers(
    original: Predictor, signature: Signature, sample: list[Any], rows: dict[str, list[Any]]
) -> Answer | None:
    """What it says to the sample and to a first reference row, in the shape the signature promises."""
    if not sample and not rows:
        _try_on_zeros(original, signature)
        return None
    if rows:
        _checked(original, signature, {name: values[:100] for name, values in rows.items()})
    return _checked(original, signature, columns_of(signature, sample, _place)) if sample else None


def _try_on_zeros(original: Predictor, signature: Signature) -> None:
    zeros = {feature.name: _zero(feature.type) for feature in signature.features}
    try:
        _checked(original, signature, columns_of(signature, [zeros]))
    except NoAnswer as fault:
        raise NoAnswer(
            f"Asked with zeros, as nothing told what its features are: {fault}. Give reference data, "
            "a sample, or a signature with their types."
        ) from fault


def _checked(original: Predictor, signature: Signature, columns: Columns) -> Answer:
    answer = original.predict(columns)
    count = len(next(iter(columns.values())))
    if len(answer.predictions) != count:
        raise NoAnswer(f"{count} instances were asked and {len(answer.predictions)} answered.")
    if answer.chances is not None and not ((answer.chances >= 0) & (answer.chances <= 1 + ROUNDING)).all():
        raise NoAnswer("Probabilities are from 0 to 1; the model answered others.")
    if signature.classes and (other := set(answer.predictions) - set(signature.classes)):
        raise NoAnswer(
            f"The model answered {', '.join(sorted(other)[:5])}, which is no class of the signature."
        )
    return answer


def _place(row: int, feature: str) -> tuple[str | int, ...]:
    return ("sample", row, feature)


def _zero(kind: str) -> Any:
    return {"text": "", "boolean": False, "integer": 0}.get(str(kind), 0.0)


def _form(
    kind: ArtifactFormat, original: Predictor, signature: Signature, rows: dict[str, list[Any]]
) -> ServingForm:
    if isinstance(original, OnnxModel):
        return ServingForm(None, "The artifact is an ONNX graph.")
    return serving_form(original, signature, rows)


def _shown(sample: list[Any], answer: Answer) -> list[dict[str, Any]]:
    nothing: list[dict[str, float] | None] = [None] * len(sample)
    chances = answer.probabilities or nothing
    return [
        {"features": features, "prediction": prediction, "probabilities": row}
        for features, prediction, row in zip(sample, answer.predictions, chances, strict=True)
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
