"""A file of predictions into the prediction log, and its truth after it: rows a second, on SQLite."""

import io
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks import installation
from benchmarks.measurement import Measurement

ROWS = 200_000
MICROSECONDS = 1_000_000 / 50_000  # a row
SEED = 3


def measure() -> Iterator[Measurement]:
    _warm_up()
    for label, kind, content in (
        ("predictions, Parquet", "predictions", _parquet(_predictions(ROWS))),
        ("truth, Parquet", "actuals", _parquet(_truth())),
        ("predictions, CSV", "predictions", _csv(_predictions(ROWS, first=ROWS))),
    ):
        wall, cpu = _taken(kind, content)
        name = f"{ROWS:,} rows into the log: {label}"
        yield Measurement(name, 1e6 * wall / ROWS, "us/row", bar=MICROSECONDS)
        yield Measurement("  rows a second", ROWS / wall, "1/s")
        yield Measurement("  processor time", 1e6 * cpu / ROWS, "us/row")


def _warm_up() -> None:
    """Have the process that reads files up and loaded, as a worker that has been there for a while."""
    installation.script()
    from dataops.web import apart

    apart.CHECKING.start()
    _taken("predictions", _parquet(_predictions(1, first=-1)), rows=1)


def _taken(kind: str, content: bytes, rows: int = ROWS) -> tuple[float, float]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from models_registry import services
    from models_registry.models import IngestRun, Model

    model = Model.objects.select_related("champion").get(name="flight-delayed")
    run = services.request_ingest(model=model, file=SimpleUploadedFile("log", content), kind=kind)
    wall, cpu = time.perf_counter(), time.process_time()
    services.execute_ingest_run(run.pk)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    told = IngestRun.objects.get(pk=run.pk)
    if told.report.get("recorded") != rows:
        raise RuntimeError(f"{told.state}: {told.error} {told.report}")
    return spent


def _predictions(rows: int, first: int = 0) -> pa.Table:
    chance = np.random.default_rng(SEED)
    delayed = chance.random(rows)
    return pa.table(
        {
            "prediction_id": [f"bench-{row}" for row in range(first, first + rows)],
            "dep_delay": chance.normal(12, 40, rows).round(),
            "distance": chance.integers(100, 3_000, rows).astype(float),
            "hour": chance.integers(5, 24, rows),
            "carrier": chance.choice(["UA", "B6", "EV", "DL", "AA"], rows),
            "origin": chance.choice(["EWR", "JFK", "LGA"], rows),
            "dest": chance.choice(["IAH", "LAX", "ORD", "ATL"], rows),
            "prediction": np.where(delayed > 0.5, "delayed", "on_time"),
            "probability_on_time": 1 - delayed,
            "probability_delayed": delayed,
            "predicted_at": np.datetime64("2026-01-01") + chance.integers(0, 10**7, rows).astype("m8[s]"),
        }
    )


def _truth() -> pa.Table:
    chance = np.random.default_rng(SEED)
    return pa.table(
        {
            "prediction_id": [f"bench-{row}" for row in range(ROWS)],
            "actual": chance.choice(["on_time", "delayed"], ROWS),
        }
    )


def _parquet(table: pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def _csv(table: pa.Table) -> bytes:

    place = table.schema.get_field_index("predicted_at")
    times: Any = pa.compute.strftime(table.column(place), format="%Y-%m-%dT%H:%M:%SZ")
    content = io.BytesIO()
    pyarrow.csv.write_csv(table.set_column(place, "predicted_at", times), content)
    return content.getvalue()
