"""The newest data of a source as a window: its rows, and what a version answers to them."""

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from dataops.engine.errors import TooLarge
from dataops.engine.protocols import Progress
from dataops.web.words import lazy as _
from models_registry.enums import SignaturePolicy
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.models import DriftRun, OverDataset
from models_registry.services.errors import NotPossible
from models_registry.services.loading import loaded
from models_registry.services.rows import PREDICTION, Scorer, values_of
from models_registry.services.tables import table_of
from models_registry.services.windows import MAX_ROWS, CurrentWindow
from quality.models import DataSource, Snapshot
from quality.services.stored import rows_of


def newest_data(source: DataSource) -> Snapshot:
    """The newest dataset of a source whose rows are kept. Raises NotPossible without one."""
    snapshot = source.snapshots.filter(file_removed_at=None).first()
    if snapshot is None:
        raise NotPossible(
            _("%(name)s has no data at hand: upload it, or check that source first.")
            % {"name": f"{source.name!r}"}
        )
    return snapshot


def dataset_of(run: OverDataset) -> Snapshot:
    """The dataset a run is over. Raises NotPossible where it went with its source before it was read."""
    if run.snapshot is None:
        raise NotPossible(
            _("The data source %(name)s was deleted before its data was read.")
            % {"name": f"{run.source_name!r}"}
        )
    return run.snapshot


def read_dataset(run: DriftRun, signature: Signature, progress: Progress) -> CurrentWindow:
    """The rows of the dataset a drift run asks for, as if the version had been asked about each when it came.

    A value that the signature does not take is none; a row that the version cannot answer has no prediction.
    Nothing is logged. Raises NotAccepted where a feature is no column, TooLarge above half a million rows.
    """
    snapshot = dataset_of(run)
    ready = loaded(run.version)
    scorer = Scorer(ready, accept=run.version.model.policy == SignaturePolicy.ACCEPT)
    dataset = rows_of(snapshot)
    scorer.check_columns(dataset.names)
    tables = [table_of(signature, {name: [] for name in signature.names}, [])]
    for batch in dataset.blocks():
        tables.append(_as_logged(signature, scorer.scored(batch)))
        if scorer.rows > MAX_ROWS:
            raise TooLarge(f"The dataset has more than {MAX_ROWS:,} rows; check a sample of it.")
        progress(min(dataset.fraction_read, 1.0), "predicting the dataset")
    moment = snapshot.received_at if scorer.rows else None
    return CurrentWindow(pa.concat_tables(tables), moment, moment, [], [])


def _as_logged(signature: Signature, scored: pa.Table) -> pa.Table:
    columns = {f.name: _usable(f, values_of(f, scored)) for f in signature.features}
    return table_of(signature, columns, scored.column(PREDICTION).to_pylist())


def _usable(feature: Feature, values: Sequence[Any]) -> list[Any]:
    """Values of the feature's type; None for all others."""
    if feature.type.is_numeric:
        whole = feature.type == FeatureType.INTEGER
        return [_number(value, whole=whole) for value in values]
    kind = bool if feature.type == FeatureType.BOOLEAN else str
    return [value if isinstance(value, kind) else None for value in values]


def _number(value: Any, *, whole: bool) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if whole:
        return int(value) if value == int(value) else None
    return float(value)
