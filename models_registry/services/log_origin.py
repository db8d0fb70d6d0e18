"""The prediction log of a model as a kind of source, so that the checks of any data run on it too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django import forms
from django.db.models import Count, Max

from dataops.web.words import lazy as _
from models_registry.formats.signature import FeatureType, Signature
from models_registry.models import Model, Prediction
from models_registry.services.batch_log import file_waiting
from models_registry.services.tables import answer_type, feature_schema
from quality.origins import ORIGINS, Fetched, FetchError
from quality.origins.base import Progress

MOST_ROWS = 500_000
READ_ROWS = 10_000
_ANSWER = ("prediction", "actual", "version", "predicted_at", "latency_seconds", "prediction_id")
_FITTING: Mapping[FeatureType, tuple[type, ...]] = {
    FeatureType.NUMBER: (int, float),
    FeatureType.INTEGER: (int,),
    FeatureType.TEXT: (str,),
    FeatureType.BOOLEAN: (bool,),
}


@dataclass(frozen=True, slots=True)
class LogParams:
    model: str = field(
        default="",
        metadata={"field": forms.SlugField(label=_("Model"), max_length=80, help_text=_("Its name."))},
    )
    rows: int = field(
        default=20_000,
        metadata={
            "field": forms.IntegerField(
                label=_("Newest predictions"),
                min_value=1,
                max_value=MOST_ROWS,
                initial=20_000,
                help_text=_("How many of them each run looks at."),
            )
        },
    )


@dataclass(frozen=True, slots=True)
class PredictionLogOrigin:
    """The newest predictions of a model, with the features of its champion and what is known of the truth.

    A column of the log that is called like a feature gets `log_` before its name.
    """

    key: str = "predictions"
    label: str = "Predictions of a model"
    params: type[LogParams] = LogParams
    fetches: bool = True

    def fetch(
        self, config: LogParams, *, cursor: Mapping[str, Any], into: Path, progress: Progress
    ) -> Fetched:
        model, signature = _asked(config)
        file_waiting(model.pk)
        now = _state(model)
        if not now["newest"]:
            raise FetchError(f"nobody has asked {model.name} yet; its log is empty")
        if now == cursor:
            return Fetched(None, cursor=cursor)
        _write(model, signature, config.rows, into / "content", progress)
        return Fetched(into / "content", f"{model.name}-predictions.parquet", now)

    def look(self, config: LogParams) -> str:
        model, signature = _asked(config)
        count = model.predictions.count()
        return f"{count:,} predictions of {model.name}, with {len(signature.features)} features."


def register() -> None:
    """Let sources be of this kind; quality knows nothing of models."""
    ORIGINS.register(PredictionLogOrigin())


def _asked(config: LogParams) -> tuple[Model, Signature]:
    model = Model.objects.select_related("champion").filter(name=config.model).first()
    if model is None or model.champion is None:
        raise FetchError(f"there is no model {config.model!r} with a champion")
    return model, Signature.from_dict(model.champion.signature)


def _state(model: Model) -> dict[str, Any]:
    """What changes when the log does: a new prediction, or truth that came or was corrected."""
    found = model.predictions.aggregate(newest=Max("pk"), came=Max("actual_at"), known=Count("actual_at"))
    return {**found, "came": found["came"] and found["came"].isoformat()}


def _write(model: Model, signature: Signature, rows: int, path: Path, progress: Progress) -> None:
    newest = Prediction.objects.filter(model=model).order_by("-predicted_at", "-pk")[:rows]
    asked = newest.values_list(
        "features",
        "prediction",
        "actual",
        "version__number",
        "predicted_at",
        "latency_seconds",
        "prediction_id",
    )
    found, done = asked.iterator(chunk_size=READ_ROWS), 0
    schema = _schema(signature)
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        while batch := list(islice(found, READ_ROWS)):
            file.write_table(pa.table(list(_columns(signature, batch, schema)), schema=schema))
            done += len(batch)
            progress(min(done / rows, 1.0), "reading the prediction log")


def _schema(signature: Signature) -> pa.Schema:
    features = feature_schema(signature)
    answer = answer_type(signature)
    types = (answer, answer, pa.int64(), pa.timestamp("us", tz="UTC"), pa.float64(), pa.string())
    names = [f"log_{name}" if name in features.names else name for name in _ANSWER]
    return pa.schema([*features, *map(pa.field, names, types)])


def _columns(signature: Signature, batch: Sequence[tuple[Any, ...]], schema: pa.Schema) -> Iterator[pa.Array]:
    """Features of other versions than the champion may be of another type; such a value is missing."""
    for feature in signature.features:
        values = [_fitting(feature.type, row[0].get(feature.name)) for row in batch]
        yield pa.array(values, schema.field(feature.name).type)
    for place, kind in enumerate(schema.types[len(signature.features) :], start=1):
        yield pa.array([row[place] for row in batch], kind)


def _fitting(kind: FeatureType, value: Any) -> Any:
    return value if type(value) in _FITTING[kind] else None
