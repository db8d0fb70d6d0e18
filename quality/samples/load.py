"""The sample source: six good months of flights and a seventh that something went wrong with."""

from datetime import timedelta
from typing import Any

import pandas as pd
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from dataops.engine.errors import InspectionError
from dataops.web import runs
from dataops.web.runs import Trigger
from quality.models import CheckRun, DataSource
from quality.samples import FLIGHTS
from quality.samples.name import NAME, TAG, sample_source
from quality.services import create_source, execute_run, receive_upload

DESCRIPTION = (
    "Sample data: flights that left New York in 2013, one file a month. "
    "The file of July was damaged on purpose: look at what the newest run says about it."
)
DAMAGED_MONTH = 7
DAYS_BETWEEN = 2  # so that there is a score a week ago to compare with


class NameTakenError(InspectionError):
    """Somebody has a source of their own where the sample would go."""


def load_sample_source(*, by: Any, alone: bool = True, progress: runs.Progress = runs.untold) -> DataSource:
    """Upload and check the sample month by month, as if a file had come every other day.

    A load that was cut short goes on where it stopped. ``alone`` says that no worker runs. Raises
    NameTakenError rather than to put samples among other data.
    """
    source = sample_source()
    if source is None:
        if DataSource.objects.filter(name=NAME).exists():
            raise NameTakenError(f"There is a source {NAME!r} without the tag {TAG!r}; rename it first.")
        source = create_source(name=NAME, by=by, description=DESCRIPTION, tags=[TAG])
    checked = set(source.runs.terminal().values_list("snapshot__file_name", flat=True))
    flights = pd.read_csv(FLIGHTS, dtype=str, keep_default_na=False)
    for month in range(1, DAMAGED_MONTH + 1):
        name = f"flights-2013-{month:02}.csv"
        if name in checked:
            continue
        progress((month - 1) / DAMAGED_MONTH, "flights")
        rows = flights[flights["month"] == str(month)]
        if month == DAMAGED_MONTH:
            rows = damaged(rows)
        content = rows.to_csv(index=False, lineterminator="\n").encode()
        file = SimpleUploadedFile(name, content, content_type="text/csv")
        receipt = receive_upload(file=file, source=source, by=by, trigger=Trigger.SYSTEM)
        runs.finish(CheckRun, receipt.run.pk, execute_run, alone=alone)
        _date_back(receipt.run, days=DAYS_BETWEEN * (DAMAGED_MONTH - month))
    source.refresh_from_db()
    return source


def damaged(rows: pd.DataFrame) -> pd.DataFrame:
    """What goes wrong in real life: a lost column, an empty one, text in numbers, all of it twice."""
    rows = rows.drop(columns="air_time").copy()
    rows.loc[rows.index[::2], "arr_delay"] = ""
    rows.loc[rows.index[::4], "tailnum"] = ""
    rows.loc[rows.index[::5], "distance"] = rows["distance"].iloc[::5] + " mi"
    return pd.concat([rows, rows])


def _date_back(run: CheckRun, *, days: int) -> None:
    moments = ("created_at", "started_at", "finished_at")
    CheckRun.objects.filter(pk=run.pk).update(**{name: F(name) - timedelta(days=days) for name in moments})
