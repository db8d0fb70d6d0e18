"""Profiles made straight from arrays, so that a test of drift needs neither files nor a profiler."""

import datetime as dt

import numpy as np
import pandas as pd

from dataops.engine.drift import compare
from dataops.engine.profile import ColumnProfile, Frequent, Histogram, Moments, Profile, Quantiles
from dataops.engine.types import ColumnType


def column(values, *, name="x", type_=None, like=None):
    """Profile of one column; None and NaN are missing. ``like`` counts on that profile's cells."""
    series = pd.Series(values)
    type_ = type_ or (like.type if like is not None else type_of(series))
    present = series.dropna()
    counts = present.value_counts(sort=False)
    labels, rows = [str(value) for value in counts.index], counts.to_numpy()
    return ColumnProfile(
        name=name,
        type=type_,
        rows=len(series),
        missing=len(series) - len(present),
        distinct=len(labels),
        frequent=Frequent.like(like.frequent, labels, rows)
        if like is not None
        else Frequent.of(labels, rows),
        **(numeric(present, type_, like) if type_.is_numeric and len(present) else {}),
    )


def type_of(series):
    if series.dropna().empty:
        return ColumnType.EMPTY
    if pd.api.types.is_bool_dtype(series):
        return ColumnType.BOOLEAN
    if pd.api.types.is_integer_dtype(series):
        return ColumnType.INTEGER
    if pd.api.types.is_numeric_dtype(series):
        return ColumnType.FLOAT
    if isinstance(series.dropna().iloc[0], dt.datetime):
        return ColumnType.DATETIME
    return ColumnType.TEXT


def numeric(present, type_, like):
    values = present.to_numpy(dtype=np.float64)
    edges = like.histogram.edges if like is not None and like.histogram is not None else None
    as_found = int if type_ is ColumnType.INTEGER else float
    return {
        "minimum": as_found(values.min()),
        "maximum": as_found(values.max()),
        "moments": Moments.of(values),
        "quantiles": Quantiles.of(values),
        "histogram": Histogram.of(values) if edges is None else Histogram.on(edges, values),
    }


def table(frame, *, like=None):
    """Profile of a DataFrame; ``like`` the profile of its reference."""
    columns = tuple(
        column(frame[name], name=name, like=like.column(name) if like is not None else None)
        for name in frame.columns
    )
    return Profile(rows=len(frame), duplicate_rows=0, bytes=0, columns=columns)


def mixed(rng, rows):
    """A table of independent rows with every kind of column, many of them awkward."""
    delay = np.where(rng.random(rows) < 0.4, 0.0, rng.exponential(20, rows)).round()
    gust = np.where(rng.random(rows) < 0.8, np.nan, rng.lognormal(2, 1, rows))
    zipf = 1 / np.arange(1, 2001)
    return pd.DataFrame(
        {
            "normal": rng.normal(100, 15, rows),
            "heavy_tail": rng.standard_t(2, rows),
            "zero_inflated": delay,
            "mostly_missing": gust,
            "hour": rng.integers(0, 24, rows),
            "counter": np.arange(rows),
            "flag": rng.random(rows) < 0.02,
            "carrier": rng.choice(list("ABCDEFGHIJKLMNOP"), rows, p=zipf[:16] / zipf[:16].sum()),
            "zipf": [f"v{i}" for i in rng.choice(2000, rows, p=zipf / zipf.sum())],
            "many_equal": [f"e{i}" for i in rng.integers(0, 400, rows)],
            "identifier": [f"id-{i}" for i in rng.integers(0, 10**9, rows)],
            "constant": np.full(rows, 7),
            "empty": pd.Series([None] * rows, dtype=object),
        }
    )


def compared(reference, current, **options):
    """Report of two tables given as columns by name."""
    before = table(pd.DataFrame(reference))
    return compare(before, table(pd.DataFrame(current), like=before), **options)


def feature(reference, current, **options):
    """The one column of two one-column tables."""
    return compared({"x": reference}, {"x": current}, **options).feature("x")


def with_missing(rows, missing):
    """Numbers of which the first ``missing`` are not there."""
    return np.where(np.arange(rows) < missing, np.nan, np.arange(rows) % 50)
