"""Rows of a table as instances, and the table with what a model answers to each."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from models_registry.formats.base import Answer, NoAnswer
from models_registry.formats.faults import InvalidRows
from models_registry.formats.signature import Feature, FeatureType
from models_registry.services.errors import NotAccepted
from models_registry.services.loading import Loaded
from models_registry.services.missing import without_missing

PREDICTION, CHANCE, ERROR = "prediction", "probability_", "prediction_error"
BATCH = 5_000
_ARROW = {
    FeatureType.NUMBER: pa.float64(),
    FeatureType.INTEGER: pa.float64(),
    FeatureType.BOOLEAN: pa.bool_(),
}


class Scorer:
    """Predicts blocks of a table; counts the ``rows``, and those it ``refused``: they get an error."""

    def __init__(self, ready: Loaded, *, accept: bool) -> None:
        self._ready = ready
        self._accept = accept
        self.rows = self.refused = 0

    def check_columns(self, names: Sequence[str]) -> None:
        """Raises NotAccepted when a needed feature is no column, or a column stands where answers go."""
        needed = [f.name for f in self._ready.signature.features if f.required or f.name in names]
        if missing := [name for name in needed if name not in names]:
            raise NotAccepted(f"The data has no column {', '.join(missing[:10])}, which the model asks for.")
        if taken := sorted({PREDICTION, ERROR} & set(names)):
            raise NotAccepted(f"The data has a column {taken[0]} already; rename it.")

    def scored(self, batch: pa.RecordBatch) -> pa.Table:
        """The block with a prediction, a probability a class, and an error where there is no prediction."""
        table = pa.Table.from_batches([batch])
        columns = {f.name: values_of(f, table) for f in self._ready.signature.features}
        answers, errors = self._answers(columns, table.num_rows)
        classes = self._ready.signature.classes
        said = pa.array([p for p, _ in answers], pa.string() if classes else pa.float64())
        table = table.append_column(PREDICTION, said)
        for name in classes:
            odds = [None if chances is None else chances[name] for _, chances in answers]
            table = table.append_column(f"{CHANCE}{name}", pa.array(odds, pa.float64()))
        self.rows += table.num_rows
        self.refused += sum(error is not None for error in errors)
        return table.append_column(ERROR, pa.array(errors, pa.string()))

    def _answers(self, columns: dict[str, list[Any]], count: int) -> tuple[list[Any], list[str | None]]:
        answers: list[Any] = []
        errors: list[str | None] = []
        names = list(columns)
        for start in range(0, count, BATCH):
            part = [columns[name][start : start + BATCH] for name in names]
            instances = [dict(zip(names, row, strict=True)) for row in zip(*part, strict=True)]
            try:
                answers += _each(self._asked(instances))
                errors += [None] * len(instances)
            except (InvalidRows, NoAnswer):  # some of them: ask one by one, so that the others get theirs
                for instance in instances:
                    answer, error = self._one(instance)
                    answers.append(answer)
                    errors.append(error)
        return answers, errors

    def _asked(self, instances: list[dict[str, Any]]) -> Answer:
        checked = self._ready.gate.check(instances, accept=self._accept)
        return self._ready.predictor.predict(checked.columns)

    def _one(self, instance: dict[str, Any]) -> tuple[Any, str | None]:
        try:
            return _each(self._asked([instance]))[0], None
        except InvalidRows as refused:
            return (None, None), refused.faults[0].message
        except NoAnswer as refused:
            return (None, None), str(refused)


def _each(answer: Answer) -> list[tuple[Any, Any]]:
    nothing: list[dict[str, float] | None] = [None] * len(answer.predictions)
    return list(zip(answer.predictions, answer.probabilities or nothing, strict=True))


def values_of(feature: Feature, table: pa.Table) -> list[Any]:
    """A column as the signature wants it; what cannot be read so stays as it is, for the gate to name."""
    if feature.name not in table.column_names:
        return [None] * table.num_rows
    column = table.column(feature.name)
    if feature.type == FeatureType.TEXT:
        return list(column.cast(pa.string()).to_pylist())
    if pa.types.is_string(column.type):
        column = without_missing(column)
    try:
        return list(column.cast(_ARROW[feature.type]).to_pylist())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return [_read(value, feature) for value in column.to_pylist()]


def _read(value: Any, feature: Feature) -> Any:
    try:
        return value if value is None or feature.type == FeatureType.BOOLEAN else float(value)
    except (TypeError, ValueError):
        return value
