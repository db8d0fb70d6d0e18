"""Blocks of a file as rows of the prediction log, and as truth of rows that are there."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.selectors import week_of
from models_registry.services.batch_log import file_named
from models_registry.services.bulk_log import (
    COLUMNS,
    find_logged,
    insert_predictions,
    keep_replaced,
    write_truth,
)
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
from models_registry.services.identifiers import MAX_LENGTH
from models_registry.services.recording import OLDEST, moment_of
from models_registry.services.rows import CHANCE, PREDICTION

ID, AT, ACTUAL = "prediction_id", "predicted_at", "actual"
TOLD = 100
UTC_TIME = pa.timestamp("us", "UTC")
T = TypeVar("T")


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

    def touch(self, version_id: int, days: Iterable[str]) -> None:
        """Some predictions of these days (ISO 8601, UTC) have to be measured anew."""
        moments = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in set(days)]
        self.weeks.setdefault(version_id, set()).update(map(week_of, moments))

    def as_dict(self) -> dict[str, Any]:
        named = {kind: {"count": self.counts[kind], "first": getattr(self, kind)} for kind in self.counts}
        return {"rows": self.rows, "recorded": self.recorded, "replaced": self.replaced} | named


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A block as the database takes it, ``start`` rows after the first, with what is wrong in it."""

    rows: T
    faults: Faults
    start: int


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

    def read(self, batch: pa.RecordBatch, start: int) -> Read[pa.RecordBatch]:
        """Its rows as ``COLUMNS``; asks the database nothing."""
        faults = Faults()
        features = [feature_json(f, column_of(batch, f.name), faults) for f in self._signature.features]
        said = self._said(batch, faults)
        chances = self._chances_json(batch, faults)
        ids = self._ids(batch, start, faults)
        moments = _moments(batch, faults)
        columns = [ids, object_json(self._signature.names, features), said, chances, moments]
        return Read(pa.RecordBatch.from_arrays(columns, COLUMNS), faults, start)

    def write(self, read: Read[pa.RecordBatch], outcome: Outcome) -> None:
        outcome.rows += read.rows.num_rows
        new, repeated = self._new(read.rows.column("prediction_id").to_pylist(), read.faults)
        rows = read.rows.take(pa.array(new, pa.int64()))
        insert_predictions(self._version, rows)
        outcome.recorded += rows.num_rows
        days = pc.unique(pc.utf8_slice_codeunits(rows.column("predicted_at"), 0, 10))
        outcome.touch(self._version.pk, days.to_pylist())
        outcome.tell("duplicate", repeated)
        outcome.tell("wrong", _told(read))

    def _new(self, ids: list[str], faults: Faults) -> tuple[list[int], list[str]]:
        """Sound rows whose id is not in use, and the ids of the other sound ones."""
        sound = [row for row in range(len(ids)) if row not in faults.by_row]
        given = [ids[row] for row in sound]
        file_named(self._version.model_id, given)
        used = {row.prediction_id for row in find_logged(self._version.model_id, given)}
        new, repeated = [], []
        for row in sound:
            if ids[row] in used:
                repeated.append(ids[row])
            else:
                used.add(ids[row])
                new.append(row)
        return new, repeated

    def _said(self, batch: pa.RecordBatch, faults: Faults) -> pa.Array:
        column = column_of(batch, PREDICTION)
        faults.add(pc.is_null(column), f"{PREDICTION} is missing")
        if self._signature.classes:
            return text_json(labels_of(column, self._signature.classes, PREDICTION, faults))
        return numbers_of(column, PREDICTION, faults).cast(pa.string())

    def _chances_json(self, batch: pa.RecordBatch, faults: Faults) -> pa.Array:
        if not self._chances or self._chances[0] not in batch.schema.names:
            return pa.nulls(batch.num_rows, pa.string())
        found = []
        for name in self._chances:
            numbers = numbers_of(column_of(batch, name), name, faults)
            faults.add(pc.or_(pc.less(numbers, 0.0), pc.greater(numbers, 1.0)), f"{name} is not from 0 to 1")
            found.append(numbers.cast(pa.string()))
        return object_json(self._signature.classes, found)

    def _ids(self, batch: pa.RecordBatch, start: int, faults: Faults) -> pa.Array:
        if ID not in batch.schema.names:
            return pa.array([f"{self._sha256[:20]}-{start + row}" for row in range(batch.num_rows)])
        return _ids(batch, faults)


class Truths:
    """What really happened, by prediction id."""

    def __init__(self, version: ModelVersion, sha256: str) -> None:
        self._model = version.model
        self._classes = Signature.from_dict(version.signature).classes
        self._seen: set[str] = set()

    def check_columns(self, names: Sequence[str]) -> None:
        _check(names, [ID, ACTUAL], {ID, ACTUAL})

    def read(self, batch: pa.RecordBatch, start: int) -> Read[list[tuple[str, Any]]]:
        """Ids with what really happened; asks the database nothing."""
        faults = Faults()
        names, actuals = _ids(batch, faults).to_pylist(), self._actuals(batch, faults)
        return Read(list(zip(names, actuals, strict=True)), faults, start)

    def write(self, read: Read[list[tuple[str, Any]]], outcome: Outcome) -> None:
        outcome.rows += len(read.rows)
        now, given = timezone.now(), self._first(read, outcome)
        file_named(self._model.pk, given)
        found = find_logged(self._model.pk, list(given))
        changed = [
            p.pk for p in found if p.actual is not None and json.loads(p.actual) != given[p.prediction_id]
        ]
        keep_replaced(changed, now)
        write_truth(((p.pk, given[p.prediction_id]) for p in found), now)
        for version_id in {p.version_id for p in found}:
            outcome.touch(version_id, {p.day for p in found if p.version_id == version_id})
        known = {p.prediction_id for p in found}
        outcome.recorded += len(found)
        outcome.replaced += len(changed)
        outcome.tell("unknown", [name for name in given if name not in known])
        outcome.tell("wrong", _told(read))

    def _first(self, read: Read[list[tuple[str, Any]]], outcome: Outcome) -> dict[str, Any]:
        """The sound rows by id, of those with one id the first in the file; the others are told."""
        given: dict[str, Any] = {}
        repeated = []
        for row, (name, actual) in enumerate(read.rows):
            if row in read.faults.by_row:
                continue
            if name in self._seen:
                repeated.append(name)
                continue
            self._seen.add(name)
            given[name] = actual
        outcome.tell("duplicate", repeated)
        return given

    def _actuals(self, batch: pa.RecordBatch, faults: Faults) -> list[Any]:
        column = column_of(batch, ACTUAL)
        faults.add(pc.is_null(column), f"{ACTUAL} is missing")
        if self._classes:
            return list(labels_of(column, self._classes, ACTUAL, faults).to_pylist())
        return list(numbers_of(column, ACTUAL, faults).to_pylist())


def _check(names: Sequence[str], needed: Sequence[str], known: set[str]) -> None:
    if missing := [name for name in needed if name not in names]:
        raise NotAccepted(f"The file has no column {', '.join(missing[:10])}.")
    if strange := [name for name in names if name not in known]:
        raise NotAccepted(
            f"Nobody knows the column {', '.join(strange[:10])}; known: {', '.join(sorted(known)[:30])}."
        )


def _ids(batch: pa.RecordBatch, faults: Faults) -> pa.Array:
    names = column_of(batch, ID).cast(pa.string())
    length = pc.utf8_length(names)
    wrong = pc.or_(
        pc.or_(pc.less(length, 1), pc.greater(length, MAX_LENGTH)), pc.match_substring(names, "\0")
    )
    faults.add(pc.fill_null(wrong, True), f"{ID} is no text of 1 to {MAX_LENGTH} characters")
    return names


def _moments(batch: pa.RecordBatch, faults: Faults) -> pa.Array:
    """Times in UTC as "2026-01-31 12:00:00", with a fraction where there is one; now where none is given."""
    now, column = timezone.now(), column_of(batch, AT)
    moments = _as_times(column)
    oldest, latest = (pa.scalar(moment, UTC_TIME) for moment in (OLDEST, now + timedelta(minutes=5)))
    outside = pc.or_(pc.less(moments, oldest), pc.greater(moments, latest))
    unread = pc.and_(pc.is_valid(column), pc.is_null(moments))
    wrong = pc.or_(pc.fill_null(outside, False), unread)
    faults.add(wrong, f"{AT} is no past time like 2026-01-31T12:00:00Z")
    told = pc.strftime(pc.fill_null(moments, pa.scalar(now, UTC_TIME)), format="%Y-%m-%d %H:%M:%S")
    return pc.replace_substring_regex(told, pattern=r"\.0+$", replacement="")


def _as_times(column: pa.Array) -> pa.Array:
    """Null where no time can be read; times without a zone are UTC."""
    if pa.types.is_timestamp(column.type):
        return column.cast(UTC_TIME, safe=False)  # of nanoseconds the database keeps microseconds
    texts = column.cast(pa.string())
    try:
        return texts.cast(UTC_TIME)
    except pa.ArrowInvalid:  # not all of them are written in the usual way
        read = [None if text is None else moment_of(text) for text in texts.to_pylist()]
        return pa.array(read, UTC_TIME)


def _told(read: Read[Any]) -> list[dict[str, Any]]:
    """Rows are counted from 1, the header not among them."""
    return [{"row": read.start + row + 1, "message": why} for row, why in sorted(read.faults.by_row.items())]
