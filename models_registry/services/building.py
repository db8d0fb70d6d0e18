"""From a template to all that a version consists of; no row is written here."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataops.engine.profile import codec
from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.formats.base import Predictor
from models_registry.formats.cache import resident_bytes
from models_registry.formats.onnx import OnnxModel
from models_registry.formats.parity import ServingForm, serving_form
from models_registry.formats.signature import Signature
from models_registry.formats.skops import Skops, reviewed
from models_registry.formats.templates import Progress, Template
from models_registry.services.importance import importances
from models_registry.services.metrics import metrics_of
from models_registry.services.reference_rows import ReferenceRows
from models_registry.services.tables import table_of


@dataclass(frozen=True, slots=True)
class Built:
    """Everything a ready version keeps; ``reference_profile`` is encoded by the engine."""

    artifact: bytes
    format: str
    library_versions: dict[str, str]
    signature: Signature
    metrics: dict[str, float]
    held_out_rows: int
    importances: dict[str, float]
    parameters: Mapping[str, Any]
    training_data: str
    reference_profile: bytes
    serving: ServingForm
    memory_bytes: int
    reference_rows: ReferenceRows | None = None
    sample: Sequence[Mapping[str, Any]] = ()


def build(template: Template, progress: Progress) -> Built:
    """Train a template and measure it on rows it never saw; the reference is the rows it was fitted on.

    All predictions come from the artifact as it will be loaded later, not from the estimator in
    memory, so that what is stored is what was measured.
    """
    trained = template.train(lambda fraction, stage: progress(0.4 * fraction, stage))
    kind = Skops()
    artifact = kind.dump(trained.estimator)
    progress(0.5, "comparing with its ONNX form")
    original = _as_it_will_be_loaded(kind, artifact, trained.signature)
    serving = serving_form(original, trained.signature, trained.fitted.columns)
    before = resident_bytes()
    predictor = OnnxModel(serving.graph, trained.signature) if serving.graph else original
    progress(0.6, "measuring on held-out rows")
    answer = predictor.predict(trained.held_out.columns)
    metrics = metrics_of(
        trained.signature, trained.held_out.actuals, answer.predictions, answer.probabilities
    )
    progress(0.7, "weighing the features")
    weights = importances(predictor, trained.signature, trained.held_out)
    progress(0.9, "profiling the training window")
    return Built(
        artifact=artifact,
        format=kind.key,
        library_versions=kind.library_versions(),
        signature=trained.signature,
        metrics=metrics,
        held_out_rows=len(trained.held_out),
        importances=weights,
        parameters=trained.parameters,
        training_data=trained.training_data,
        reference_profile=reference_of(trained.signature, trained.fitted.columns, predictor),
        serving=serving,
        memory_bytes=max(resident_bytes() - before, 2 * len(serving.graph or artifact)),
        reference_rows=ReferenceRows.of(
            predictor, trained.held_out.columns, trained.held_out.actuals, held_out=True
        ),
    )


def _as_it_will_be_loaded(kind: Skops, artifact: bytes, signature: Signature) -> Predictor:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "artifact"
        path.write_bytes(artifact)
        return kind.load(path, signature, reviewed())


def reference_of(signature: Signature, columns: Mapping[str, Sequence[Any]], predictor: Predictor) -> bytes:
    """The encoded profile of ``columns`` with what the model answers to them."""
    predictions = predictor.predict(columns).predictions
    table: pa.Table = table_of(signature, columns, predictions)
    return codec.encode(profile(ArrowDataset(table)))
