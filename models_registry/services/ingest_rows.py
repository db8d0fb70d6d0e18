"""Blocks of a file as rows of the prediction log, and as truth of rows that are there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from models_registry.formats.faults import is_storable
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion, Prediction
from models_registry.selectors import week_of
from models_registry.services.bulk_log import insert_predictions, keep_replaced, write_truth
from models_registry.services.columnar import (
    Faults,
    column_of,
    feature_json,
    labels_of,
    numbers_of,
    object_json,
    text_json,
)
from models_registry.services.errors import NotAccepted
from models_registry.services.identifiers import LOOKUP_BATCH, MAX_LENGTH, existing_ids
from models_registry.services.recording import OLDEST, moment_of
from models_registry.services.rows import CHANCE, PREDICTION

ID, AT, ACTUAL = "prediction_id", "predicted_at", "actual"
TOLD = 100


@dataclass(slots=True)
class Outcome:
    """What became of the rows of a file; of each kind of trouble the first 100 are named."""

    rows: int = 0
    recorded: int = 0
    replaced: int = 0
    duplicate: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    wrong: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"duplicate": 0, "unknown": 0, "wrong": 0})
    weeks: dict[int, set[datetime]] = field(default_factory=dict)

    def tell(self, trouble: str, found: Sequence[Any]) -> None:
        self.counts[trouble] += len(found)
        told: list[Any] = getattr(self, trouble)
        told += found[: TOLD - len(told)]

    def touch(self, version_id: int, moments: Sequence[datetime]) -> None:
        self.weeks.setdefault(version_id, set()).update({week_of(moment) for moment in moments})

    def as_dict(self) -> dict[str, Any]:
        named = {kind: {"count": self.counts[kind], "first": getattr(self, kind)} for kind in self.counts}
        return {"rows": self.rows, "recorded": self.recorded, "replaced": self.replaced} | named


class Predictions:
    """Rows of features with what another system predicted; ids that a file lacks follow from its content."""

    def __init__(self, version: ModelVersion, sha256: str) -> None:
        self._version, self._sha256 = version, sha256
        self._signature = Signature.from_dict(version.signature)
        self._chances = [f"{CHANCE}{name}" for name in self._signature.classes]

    def check_columns(self, names: Sequence[str]) -> None:
        """Raises NotAccepted when a needed column is missing or nobody knows what one is."""
        needed = [PREDICTION, *(f.name for f in self._signature.features if f.required)]
        _check(names, needed, {*needed, *self._signature.names, *self._chances, ID, AT})
        if 0 < len(set(self._chances) & set(names)) < len(self._chances):
            raise NotAccepted(f"Give all of {', '.join(self._chances)}, or none of them.")

    def take(self, batch: pa.RecordBatch, outcome: Outcome) -> None:
        start, faults = outcome.rows, Faults()
        outcome.rows += batch.num_rows
        features = [feature_json(f, column_of(batch, f.name), faults) for f in self._signature.features]
        said = self._said(batch, faults)
        chances = self._chances_json(batch, faults)
        names = self._names(batch, start, faults)
        moments = _moments(batch, faults)
        used = existing_ids(self._version.model, [name for name in names if name])
        objects = object_json(self._signature.names, features)
        columns = (names, objects.to_pylist(), said.to_pylist(), chances, moments)
        rows, repeated = [], []
        for row, (name, values, answer, odds, moment) in enumerate(zip(*columns, strict=True)):
            if row in faults.by_row:
                continue
            if name in used:
                repeated.append(name)
                continue
            used.add(name)
            rows.append((self._version.model_id, self._version.pk, name, values, answer, odds, moment))
        insert_predictions(rows)
        outcome.recorded += len(rows)
        outcome.touch(self._version.pk, [row[-1] for row in rows])
        outcome.tell("duplicate", repeated)
        outcome.tell("wrong", _told(faults, start))

    def _said(self, batch: pa.RecordBatch, faults: Faults) -> pa.Array:
        column = column_of(batch, PREDICTION)
        faults.add(pc.is_null(column), f"{PREDICTION} is missing")
        if self._signature.classes:
            return text_json(labels_of(column, self._signature.classes, PREDICTION, faults))
        return numbers_of(column, PREDICTION, faults).cast(pa.string())

    def _chances_json(self, batch: pa.RecordBatch, faults: Faults) -> Sequence[str | None]:
        if not self._chances or self._chances[0] not in batch.schema.names:
            return [None] * batch.num_rows
        found = []
        for name in self._chances:
            numbers = numbers_of(column_of(batch, name), name, faults)
            faults.add(pc.or_(pc.less(numbers, 0.0), pc.greater(numbers, 1.0)), f"{name} is not from 0 to 1")
            found.append(numbers.cast(pa.string()))
        texts: list[str | None] = object_json(self._signature.classes, found).to_pylist()
        return texts

    def _names(self, batch: pa.RecordBatch, start: int, faults: Faults) -> list[str]:
        if ID not in batch.schema.names:
            return [f"{self._sha256[:20]}-{start + row}" for row in range(batch.num_rows)]
        return _ids(batch, faults)


class Truths:
    """What really happened, by prediction id."""

    def __init__(self, version: ModelVersion, sha256: str) -> None:
        self._model = version.model
        self._classes = Signature.from_dict(version.signature).classes
        self._seen: set[str] = set()

    def check_columns(self, names: Sequence[str]) -> None:
        _check(names, [ID, ACTUAL], {ID, ACTUAL})

    def take(self, batch: pa.RecordBatch, outcome: Outcome) -> None:
        start, faults, now = outcome.rows, Faults(), timezone.now()
        outcome.rows += batch.num_rows
        names, actuals = _ids(batch, faults), self._actuals(batch, faults)
        given: dict[str, Any] = {}
        repeated = []
        for row, (name, actual) in enumerate(zip(names, actuals, strict=True)):
            if row in faults.by_row:
                continue
            if name in self._seen:
                repeated.append(name)
                continue
            self._seen.add(name)
            given[name] = actual
        found = self._logged(list(given))
        changed = [p for p in found if p.actual_at is not None and p.actual != given[p.prediction_id]]
        keep_replaced(((p.pk, p.actual, p.actual_at) for p in changed if p.actual_at is not None), now)
        write_truth(((p.pk, given[p.prediction_id]) for p in found), now)
        for prediction in found:
            outcome.touch(prediction.version_id, [prediction.predicted_at])
        known = {p.prediction_id for p in found}
        outcome.recorded += len(found)
        outcome.replaced += len(changed)
        outcome.tell("unknown", [name for name in given if name not in known])
        outcome.tell("duplicate", repeated)
        outcome.tell("wrong", _told(faults, start))

    def _actuals(self, batch: pa.RecordBatch, faults: Faults) -> list[Any]:
        column = column_of(batch, ACTUAL)
        faults.add(pc.is_null(column), f"{ACTUAL} is missing")
        if self._classes:
            return list(labels_of(column, self._classes, ACTUAL, faults).to_pylist())
        return list(numbers_of(column, ACTUAL, faults).to_pylist())

    def _logged(self, names: Sequence[str]) -> list[Prediction]:
        found: list[Prediction] = []
        for start in range(0, len(names), LOOKUP_BATCH):
            part = names[start : start + LOOKUP_BATCH]
            # Unordered: asked for an order, SQLite walks the whole log by the index that has it.
            rows = Prediction.objects.filter(model=self._model, prediction_id__in=part).order_by()
            found += rows.only("prediction_id", "version_id", "actual", "actual_at", "predicted_at")
        return found


def _check(names: Sequence[str], needed: Sequence[str], known: set[str]) -> None:
    if missing := [name for name in needed if name not in names]:
        raise NotAccepted(f"The file has no column {', '.join(missing[:10])}.")
    if strange := [name for name in names if name not in known]:
        raise NotAccepted(
            f"Nobody knows the column {', '.join(strange[:10])}; known: {', '.join(sorted(known)[:30])}."
        )


def _ids(batch: pa.RecordBatch, faults: Faults) -> list[str]:
    names: list[str] = column_of(batch, ID).cast(pa.string()).to_pylist()
    wrong = [name is None or not 0 < len(name) <= MAX_LENGTH or not is_storable(name) for name in names]
    faults.add(pa.array(wrong), f"{ID} is no text of 1 to {MAX_LENGTH} characters")
    return names


def _moments(batch: pa.RecordBatch, faults: Faults) -> list[datetime]:
    """Times in UTC; now where none is given."""
    now, column = timezone.now(), column_of(batch, AT)
    if pa.types.is_timestamp(column.type):
        found = column.cast(pa.timestamp("us", column.type.tz)).to_pylist()
        moments = [m and (m.replace(tzinfo=UTC) if m.tzinfo is None else m.astimezone(UTC)) for m in found]
    else:
        moments = [None if text is None else moment_of(text) for text in column.cast(pa.string()).to_pylist()]
    latest = now + timedelta(minutes=5)
    wrong = [m is not None and not OLDEST <= m <= latest for m in moments]
    unread = pc.and_(pc.is_valid(column), pa.array([m is None for m in moments]))
    faults.add(pc.or_(pa.array(wrong), unread), f"{AT} is no past time like 2026-01-31T12:00:00Z")
    return [moment or now for moment in moments]


def _told(faults: Faults, start: int) -> list[dict[str, Any]]:
    """Rows are counted from 1, the header not among them."""
    return [{"row": start + row + 1, "message": why} for row, why in sorted(faults.by_row.items())]
