"""A window of the prediction log as data the engine can profile."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.db.models import QuerySet

from dataops.engine.errors import TooLarge
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.protocols import Progress
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.formats.signature import Signature
from models_registry.models import DriftRun, Prediction
from models_registry.services.metrics import metrics_of_rows
from models_registry.services.tables import table_of_rows

MAX_ROWS = 500_000
READ_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class CurrentWindow:
    """``first`` and ``last`` are the times of the predictions in it, None when there are none."""

    table: pa.Table
    first: datetime | None
    last: datetime | None


def read_window(run: DriftRun, signature: Signature, progress: Progress) -> CurrentWindow:
    """The predictions a drift run asks for, oldest first. Raises TooLarge above half a million."""
    rows = _asked_for(run)
    count = rows.count()
    if count > MAX_ROWS:
        raise TooLarge(f"The window holds {count:,} predictions; choose one of at most {MAX_ROWS:,}.")
    tables, moments, batch = [table_of_rows(signature, [])], [], []
    for moment, features, prediction in rows.values_list("predicted_at", "features", "prediction").iterator(
        chunk_size=READ_ROWS
    ):
        moments.append(moment)
        batch.append((features, prediction))
        if len(batch) == READ_ROWS:
            tables.append(table_of_rows(signature, batch))
            batch = []
            progress(len(moments) / count, "reading the prediction log")
    tables.append(table_of_rows(signature, batch))
    first, last = (min(moments), max(moments)) if moments else (None, None)
    return CurrentWindow(pa.concat_tables(tables), first, last)


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


def realised(run: DriftRun, signature: Signature) -> dict[str, float] | None:
    """How good the window's predictions were, by those whose truth is known; None without any."""
    rows = list(_asked_for(run).exclude(actual_at=None).values_list("actual", "prediction", "probabilities"))
    if not rows:
        return None
    return metrics_of_rows(signature, rows) | {"rows": len(rows)}


def profile_window(window: CurrentWindow, reference: Profile, progress: Progress) -> Profile:
    """The window's profile on the bins and categories of the reference, so that the two compare exactly."""
    return profile(ArrowDataset(window.table), like=reference, progress=progress)
