"""A window of the prediction log as data the engine can profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from dataops.engine.errors import TooLarge
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.protocols import Progress
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion, Prediction
from models_registry.selectors import week_of
from models_registry.services.estimators import Answered, estimator_of
from models_registry.services.metrics import metrics_of_rows
from models_registry.services.tables import table_of_rows
from models_registry.services.trust import trust_of

MAX_ROWS = 500_000
READ_ROWS = 20_000
ESTIMATED_ROWS = 50_000
READ = ("predicted_at", "actual_at", "actual", "prediction", "probabilities", "features")


@dataclass(frozen=True, slots=True)
class CurrentWindow:
    """``first`` and ``last`` are the times of the predictions in it, None when there are none.

    ``labelled`` are the rows whose truth is known: the columns of ``READ`` but the features. ``answered``
    are at most 50,000 rows of all, evenly chosen, to estimate the performance from.
    """

    table: pa.Table
    first: datetime | None
    last: datetime | None
    labelled: Sequence[tuple[Any, ...]]
    answered: Answered

    def truth_came(self) -> dict[datetime, datetime]:
        """When the newest truth arrived, by the Monday of the predictions' week."""
        came: dict[datetime, datetime] = {}
        for predicted_at, actual_at, *_ in self.labelled:
            week = week_of(predicted_at)
            came[week] = max(actual_at, came.get(week, actual_at))
        return came


def read_window(run: DriftRun, signature: Signature, progress: Progress) -> CurrentWindow:
    """The predictions a drift run asks for, oldest first. Raises TooLarge above half a million.

    They are read once: the log grows meanwhile, and all of a report must be about the same rows.
    """
    asked = _asked_for(run).order_by("predicted_at", "pk")
    count = asked.count()
    if count > MAX_ROWS:
        raise TooLarge(f"The window holds {count:,} predictions; choose one of at most {MAX_ROWS:,}.")
    rows = asked.values_list(*READ).iterator(chunk_size=READ_ROWS)
    tables, moments, labelled = [table_of_rows(signature, [])], [], []
    answered: list[tuple[Any, ...]] = []
    step = max(-(-count // ESTIMATED_ROWS), 1)
    while batch := list(islice(rows, READ_ROWS)):
        tables.append(table_of_rows(signature, [(features, said) for *_, said, _, features in batch]))
        moments += [batch[0][0], batch[-1][0]]
        labelled += [row[:-1] for row in batch if row[1] is not None]
        answered += [row[3:] for row in batch[::step]]
        progress(min((len(tables) - 1) * READ_ROWS / max(count, 1), 1.0), "reading the prediction log")
    first, last = (moments[0], moments[-1]) if moments else (None, None)
    return CurrentWindow(pa.concat_tables(tables), first, last, labelled, answered)


def _asked_for(run: DriftRun) -> QuerySet[Prediction]:
    rows = Prediction.objects.filter(version_id=run.version_id)
    if run.last is not None:
        newest = rows.order_by("-predicted_at", "-pk").values("pk")[: run.last]
        return rows.filter(pk__in=newest)
    if run.window_from is not None:
        rows = rows.filter(predicted_at__gte=run.window_from)
    if run.window_to is not None:
        rows = rows.filter(predicted_at__lt=run.window_to)
    return rows


def realised(window: CurrentWindow, signature: Signature) -> dict[str, float] | None:
    """How good the window's predictions were, by those whose truth is known; None without any."""
    if not window.labelled:
        return None
    rows = [(actual, said, odds) for _, _, actual, said, odds in window.labelled]
    return metrics_of_rows(signature, rows) | {"rows": len(rows)}


def estimated(window: CurrentWindow, version: ModelVersion) -> dict[str, Any] | None:
    """How good the window's predictions are likely to be; None where nobody should rely on an estimate.

    ``intervals`` by metric say where the truth is to be expected.
    """
    estimator = estimator_of(version)
    if estimator is None or trust_of(version.model.task, version.performance.all()).is_off:
        return None
    found = estimator.estimate(window.answered)
    if found is None:
        return None
    return {**found.metrics, "rows": found.rows, "intervals": found.intervals}


def profile_window(window: CurrentWindow, reference: Profile, progress: Progress) -> Profile:
    """The window's profile on the bins and categories of the reference, so that the two compare exactly."""
    return profile(ArrowDataset(window.table), like=reference, progress=progress)
