"""From an uploaded artifact to all that a version consists of; no row is written here."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings

from dataops.web import storage
from models_registry.enums import Task
from models_registry.formats import FORMATS
from models_registry.formats.base import Predictor
from models_registry.formats.mlflow import unpack
from models_registry.formats.onnx import OnnxModel
from models_registry.formats.parity import Parity, ServingForm
from models_registry.formats.recognising import MLFLOW
from models_registry.formats.signature import Signature
from models_registry.formats.templates import Progress, Window
from models_registry.formats.zips import check_zip, names_in_zip
from models_registry.models import DeployRun
from models_registry.services.allowing import allowed_types
from models_registry.services.building import Built, reference_of
from models_registry.services.errors import NotAccepted
from models_registry.services.importance import importances
from models_registry.services.metrics import metrics_of
from models_registry.services.reference_rows import ReferenceRows
from models_registry.services.references import read_reference, split_target
from models_registry.services.truth import actual_fault
from models_registry.services.trying import Tried, try_artifact

WEIGHED_ROWS = 2_000
"""Importance is measured on the first so many reference rows: each feature is shuffled over them."""


def build_upload(run: DeployRun, progress: Progress) -> Built:
    """Try the artifact in a process of its own, then measure it on the reference data that came with it.

    Raises ArtifactError, BadSignature, InvalidRows and NoAnswer for what is wrong with it.
    """
    progress(0.05, "reading the artifact")
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        folder = Path(name)
        upload = _Upload(run, folder)
        features, target = upload.reference(run.options.get("target") or "")
        progress(0.1, "trying it in a process of its own")
        tried = try_artifact(
            folder,
            format_key=upload.format,
            artifact=upload.path,
            allowed=allowed_types(),
            signature=upload.signature,
            sample=upload.sample,
            reference=features,
            progress=lambda: progress(0.2, "trying it in a process of its own"),
        )
        signature = Signature.from_dict(tried.told["signature"])
        _check_task(run, signature)
        predictor = _predictor(tried, upload, signature)
        progress(0.7, "measuring it on the reference data")
        return _built(upload, tried, signature, predictor, features, target, progress)


class _Upload:
    """The artifact and what came with it, unpacked where it is an MLflow directory."""

    def __init__(self, run: DeployRun, folder: Path) -> None:
        self.run = run
        self.path, self.format = storage.path_of(run.upload_name), run.upload_format
        self.signature = run.options.get("signature")
        self.sample: Sequence[Any] = run.options.get("sample") or ()
        self.made_with = ""
        if names_in_zip(self.path):
            check_zip(self.path, most_bytes=settings.MODEL_TRIAL_BYTES)
        if self.format == MLFLOW:
            self._unpack(folder / "artifact")

    def _unpack(self, path: Path) -> None:
        found = unpack(self.path, most_bytes=settings.MAX_UPLOAD_BYTES)
        path.write_bytes(found.content)
        self.path, self.format, self.made_with = path, found.format, found.made_with
        self.sample = self.sample or found.sample
        if self.signature is None and found.features:
            self.signature = {"features": found.features}

    def reference(self, target: str) -> tuple[pa.Table | None, list[object] | None]:
        if not self.run.reference_name:
            return None, None
        return split_target(read_reference(storage.path_of(self.run.reference_name)), target)


def _check_task(run: DeployRun, signature: Signature) -> None:
    task = Task.CLASSIFICATION if signature.classes else Task.REGRESSION
    if run.version.model.task != task:
        raise NotAccepted(
            f"The artifact does {task}, the model {run.version.model.name!r} {run.version.model.task}."
            + ("" if signature.classes else " A classifier in ONNX may need its classes in the signature.")
        )


def _predictor(tried: Tried, upload: _Upload, signature: Signature) -> Predictor:
    if tried.graph is not None:
        return OnnxModel(tried.graph, signature)
    return FORMATS[upload.format].load(upload.path, signature, allowed_types())


def _built(
    upload: _Upload,
    tried: Tried,
    signature: Signature,
    predictor: Predictor,
    features: pa.Table | None,
    target: list[object] | None,
    progress: Progress,
) -> Built:
    told = tried.told
    whole = {} if features is None else {n: features.column(n).to_pylist() for n in signature.names}
    columns, actuals = _with_truth(upload, signature, whole, target)
    metrics, weights = _measured(signature, predictor, columns, actuals)
    progress(0.85, "profiling the reference data")
    parity = told["serving"]["parity"]
    return Built(
        artifact=upload.path.read_bytes(),
        format=upload.format,
        library_versions=told["library_versions"],
        signature=signature,
        metrics=metrics,
        held_out_rows=len(actuals or ()),
        importances=weights,
        parameters=_parameters(upload, told),
        training_data=_training_data(upload, features),
        reference_profile=reference_of(signature, whole, predictor) if whole else b"",
        serving=ServingForm(tried.graph, told["serving"]["reason"], parity and Parity(**parity)),
        memory_bytes=told["memory_bytes"],
        sample=told["sample"],
        # Nobody says whether it was fitted on them, so nothing is promised.
        reference_rows=ReferenceRows.of(predictor, columns, actuals, held_out=False) if columns else None,
    )


def _with_truth(
    upload: _Upload, signature: Signature, columns: Mapping[str, list[Any]], target: list[object] | None
) -> tuple[Mapping[str, list[Any]], list[Any] | None]:
    """The rows whose truth is known, and it; all rows and None where the truth of none is known."""
    known = [row for row, truth in enumerate(target or ()) if truth is not None]
    if target is None or not known:
        return columns, None
    actuals = [str(target[row]) if signature.classes else target[row] for row in known]
    for row, actual in zip(known, actuals, strict=True):
        if fault := actual_fault(upload.run.version.model, signature.classes, actual, ("reference", row)):
            raise NotAccepted(f"The truth of row {row} of the reference data {fault.message}.")
    return {name: [values[row] for row in known] for name, values in columns.items()}, actuals


def _measured(
    signature: Signature,
    predictor: Predictor,
    columns: Mapping[str, list[Any]],
    actuals: list[Any] | None,
) -> tuple[dict[str, float], dict[str, float]]:
    """Metrics on rows whose truth is known, and importances; nothing without truth."""
    if actuals is None:
        return {}, {}
    answer = predictor.predict(columns)
    metrics = metrics_of(signature, actuals, answer.predictions, answer.probabilities)
    few = {name: values[:WEIGHED_ROWS] for name, values in columns.items()}
    window = Window([""] * len(actuals[:WEIGHED_ROWS]), few, actuals[:WEIGHED_ROWS], [])
    return metrics, importances(predictor, signature, window)


def _parameters(upload: _Upload, told: Mapping[str, Any]) -> dict[str, Any]:
    found = {"estimator": told["estimator"], "file": upload.run.file_name, "packed_by": upload.made_with}
    allowed = ", ".join(told["allowed_used"])
    return {name: value for name, value in (found | {"allowed_types": allowed}).items() if value}


def _training_data(upload: _Upload, features: pa.Table | None) -> str:
    if features is None:
        return "Uploaded without reference data: drift is compared once there is some."
    return f"Uploaded with {features.num_rows:,} reference rows."
