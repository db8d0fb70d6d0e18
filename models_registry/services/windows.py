"""A window of the prediction log as data the engine can profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from dataops.engine.drift.apart import LEAST_SHARE
from dataops.engine.errors import TooLarge
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.protocols import Progress
from dataops.engine.readers.arrow import ArrowDataset
from dataops.web.runs import Trigger
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, ModelVersion, Prediction
from models_registry.selectors import week_of
from models_registry.services.estimators import Answered, estimator_of
from models_registry.services.metrics import Row, measured, probabilities_told
from models_registry.services.tables import table_of_rows
from models_registry.services.trust import trust_of

MAX_ROWS = 500_000
READ_ROWS = 20_000
ESTIMATED_ROWS = 50_000
LEAST_TRUTH = 30
LATE_ROWS = 5_000
LOOKED_BACK = 120
READ = ("predicted_at", "actual_at", "actual", "prediction", "probabilities", "features")


@dataclass(frozen=True, slots=True)
class CurrentWindow:
    """``first`` and ``last`` are the times of the predictions in it, None when there are none.

    ``labelled`` are the rows whose truth is known: the columns of ``READ`` but the features; with too few of
    them in a window by the clock also rows from before it, see ``late_truth``. ``answered`` are at most
    50,000 rows of the window, evenly chosen, to estimate the performance from.
    """

    table: pa.Table
    first: datetime | None
    last: datetime | None
    labelled: Sequence[tuple[Any, ...]]
    answered: Answered

    @property
    def outcomes(self) -> list[Row]:
        return [row[2:] for row in self.labelled]

    def truth_told(self) -> dict[str, Any] | None:
        """For a report: of how many predictions the truth is known, and from when to when these were made."""
        if not self.labelled:
            return None
        first, last = self.labelled[0][0], self.labelled[-1][0]
        return {"rows": len(self.labelled), "from": first.isoformat(), "to": last.isoformat()}

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
    if first is not None and run.trigger == Trigger.SCHEDULE and len(labelled) < LEAST_TRUTH:
        labelled = late_truth(run, first) + labelled
    return CurrentWindow(pa.concat_tables(tables), first, last, labelled, answered)


def late_truth(run: DriftRun, before: datetime) -> list[tuple[Any, ...]]:
    """Of predictions made before a window those whose truth no earlier report told of, oldest first.

    Truth often takes longer than a window lasts; a check by the clock then judges what has become known
    since the check before: at most the newest 5,000.
    """
    rows = Prediction.objects.filter(version_id=run.version_id, predicted_at__lt=before).labelled()
    told = DriftRun.objects.finished().filter(version_id=run.version_id, trigger=Trigger.SCHEDULE)
    newest = told.exclude(pk=run.pk).order_by("-pk").values_list("report__truth__to", flat=True)
    until = next((to for to in newest[:LOOKED_BACK] if to), None)
    if until is not None:
        rows = rows.filter(predicted_at__gt=datetime.fromisoformat(until))
    return list(rows.order_by("-predicted_at", "-pk").values_list(*READ[:-1])[:LATE_ROWS])[::-1]


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


def realised(window: CurrentWindow, signature: Signature) -> dict[str, Any] | None:
    """How good the predictions were whose truth is known, with ``intervals`` by metric; None without any.

    ``rows_with_probabilities`` says of how many the metrics of probabilities are, where not of all.
    """
    if not window.labelled:
        return None
    metrics, intervals = measured(signature, window.outcomes)
    told = {**metrics, "rows": len(window.labelled), "intervals": intervals}
    return told | probabilities_told(window.outcomes)


def estimated(window: CurrentWindow, version: ModelVersion) -> dict[str, Any] | None:
    """How good the window's predictions are likely to be; None where nobody should rely on an estimate.

    ``intervals`` by metric say where chance among rows puts the truth.
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


def profile_once(window: CurrentWindow, current: Profile, reference: Profile) -> Profile | None:
    """The same of each different row once; None where hardly more rows repeat others than they used to."""
    usual = reference.duplicate_rows / max(reference.rows, 1)
    if current.duplicate_rows < (usual + LEAST_SHARE) * current.rows:
        return None
    once = window.table.group_by(window.table.column_names).aggregate([])
    return profile(ArrowDataset(once), like=reference)
