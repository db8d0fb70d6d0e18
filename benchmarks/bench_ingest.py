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
# Microseconds a row: 20,000 rows a second into the log, 50,000 a second that are there.
NEW, KNOWN = 1_000_000 / 20_000, 1_000_000 / 50_000
SEED = 3


def measure() -> Iterator[Measurement]:
    installation.script()
    for label, kind, content, bar in (
        ("predictions, Parquet", "predictions", _parquet(_predictions()), NEW),
        ("truth, Parquet", "actuals", _parquet(_truth()), KNOWN),
        ("predictions, CSV", "predictions", _csv(_predictions(first=ROWS)), NEW),
    ):
        wall, cpu = _taken(kind, content)
        yield Measurement(f"{ROWS:,} rows into the log: {label}", 1e6 * wall / ROWS, "us/row", bar=bar)
        yield Measurement("  rows a second", ROWS / wall, "1/s")
        yield Measurement("  processor time", 1e6 * cpu / ROWS, "us/row")


def _taken(kind: str, content: bytes) -> tuple[float, float]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from models_registry import services
    from models_registry.models import IngestRun, Model

    model = Model.objects.select_related("champion").get(name="flight-delayed")
    run = services.request_ingest(model=model, file=SimpleUploadedFile("log", content), kind=kind)
    wall, cpu = time.perf_counter(), time.process_time()
    services.execute_ingest_run(run.pk)
    spent = time.perf_counter() - wall, time.process_time() - cpu
    told = IngestRun.objects.get(pk=run.pk)
    if told.report.get("recorded") != ROWS:
        raise RuntimeError(f"{told.state}: {told.error} {told.report}")
    return spent


def _predictions(first: int = 0) -> pa.Table:
    chance = np.random.default_rng(SEED)
    delayed = chance.random(ROWS)
    return pa.table(
        {
            "prediction_id": [f"bench-{first + row}" for row in range(ROWS)],
            "dep_delay": chance.normal(12, 40, ROWS).round(),
            "distance": chance.integers(100, 3_000, ROWS).astype(float),
            "hour": chance.integers(5, 24, ROWS),
            "carrier": chance.choice(["UA", "B6", "EV", "DL", "AA"], ROWS),
            "origin": chance.choice(["EWR", "JFK", "LGA"], ROWS),
            "dest": chance.choice(["IAH", "LAX", "ORD", "ATL"], ROWS),
            "prediction": np.where(delayed > 0.5, "delayed", "on_time"),
            "probability_on_time": 1 - delayed,
            "probability_delayed": delayed,
            "predicted_at": np.datetime64("2026-01-01") + chance.integers(0, 10**7, ROWS).astype("m8[s]"),
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
