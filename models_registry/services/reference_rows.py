"""A sample of the rows a version is measured by, kept with it: features, answers and, if known, the truth."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dataops.web import storage
from models_registry.formats.base import Predictor
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.services.tables import answer_type, answered

MOST_ROWS = 5_000
SEED = 17


@dataclass(frozen=True, slots=True)
class ReferenceRows:
    """Columns of equal length; ``actuals`` is None where no truth came with the rows.

    ``held_out`` says that the model was not fitted on them.
    """

    columns: Mapping[str, Sequence[Any]]
    predictions: Sequence[Any]
    probabilities: Sequence[Mapping[str, float]] | None
    actuals: Sequence[Any] | None
    held_out: bool

    @classmethod
    def of(
        cls,
        predictor: Predictor,
        columns: Mapping[str, Sequence[Any]],
        actuals: Sequence[Any] | None,
        *,
        held_out: bool,
    ) -> Self:
        """At most 5,000 rows by lot, the same ones each time, with what the model answers to them."""
        count = len(next(iter(columns.values()), ()))
        rows = np.sort(np.random.default_rng(SEED).permutation(count)[:MOST_ROWS]).tolist()
        kept = {name: [values[row] for row in rows] for name, values in columns.items()}
        answer = predictor.predict(kept)
        truth = None if actuals is None else [actuals[row] for row in rows]
        return cls(kept, answer.predictions, answer.probabilities, truth, held_out)

    def __len__(self) -> int:
        return len(self.predictions)

    def chances(self) -> list[Mapping[str, float] | None]:
        """Probabilities by row, None where there are none."""
        return [None] * len(self) if self.probabilities is None else list(self.probabilities)

    def outcomes(self) -> list[tuple[Any, Any, Mapping[str, float] | None]]:
        """Rows of (actual, prediction, probabilities); none without truth."""
        if self.actuals is None:
            return []
        return list(zip(self.actuals, self.predictions, self.chances(), strict=True))

    def parquet(self, signature: Signature) -> bytes:
        """Columns as ``answered`` has them, and ``actual`` where it is known."""
        rows = self.probabilities
        by_class = None if rows is None else {c: [row[c] for row in rows] for c in signature.classes}
        found = answered(signature, self.columns, self.predictions, by_class)
        if self.actuals is not None:
            found["actual"] = pa.array(self.actuals, answer_type(signature))
        out = io.BytesIO()
        pq.write_table(pa.table(found), out, compression="zstd")
        return out.getvalue()

    def told(self, name: str) -> dict[str, Any]:
        """What a version says of them; ``name`` is where they are stored."""
        return {
            "name": name,
            "rows": len(self),
            "labelled": 0 if self.actuals is None else len(self.actuals),
            "probabilities": self.probabilities is not None,
            "held_out": self.held_out,
        }


def read_reference_rows(version: ModelVersion) -> ReferenceRows:
    """Those of a version that has some. Raises OSError when the file is gone."""
    told = version.reference_rows
    table = pq.read_table(storage.path_of(told["name"]))
    features = table.column("features").combine_chunks()
    columns = {field.name: features.field(field.name).to_pylist() for field in features.type}
    given = {name: table.column(name).to_pylist() for name in table.column_names if name != "features"}
    return ReferenceRows(
        columns, given["prediction"], given.get("probabilities"), given.get("actual"), told["held_out"]
    )
