"""Typed tables that profilers and checks tend to trip over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa

_SKEWED_ROWS = 3_000


def ugly_tables() -> Mapping[str, pa.Table]:
    """Tables by what is difficult about them; every one has rows."""
    return {
        "numbers": _numbers(),
        "skewed numbers": _skewed(),
        "texts": _texts(),
        "names": pa.table({'we"ird`': [1], "select": [2], "a b": ["x"], "x.y": ["'"], "é'; --": [1.5]}),
        "times": _times(),
        "truth": pa.table({"mixed": [True, False, None, True], "always": [True] * 4}),
        "nothing": _nothing(),
        "duplicates": pa.table({"a": [1, 1, 1, 2, None, None], "b": ["x", "x", "X", "x", "", ""]}),
        "one row": pa.table({"n": [7], "x": [0.1], "t": ["one"], "d": [dt.date(2024, 2, 29)]}),
        "many columns": pa.table({f"c{i}": [i, i + 1, None, i] for i in range(70)}),
        "many texts": pa.table({"t": [f"{chr(65 + i % 26)}{i % 700:03d}" for i in range(2_000)]}),
    }


def _numbers() -> pa.Table:
    inf = float("inf")
    return pa.table(
        {
            "big": pa.array([2**62, -(2**62), 2**53 + 1, 2**53, None, 0], pa.int64()),
            "small": pa.array([127, -128, 0, 1, 1, None], pa.int8()),
            "constant": pa.array([5] * 6, pa.int32()),
            "not finite": [1.5, float("nan"), inf, -inf, None, float("nan")],
            "never finite": [float("nan"), inf, None, None, None, None],
            "huge": [1e300, -1e300, 1e-300, 5e-324, 1.7e308, None],
            "close": [1e9 + 0.1, 1e9 + 0.2, 1e9 + 0.3, 1e9, 1e9, 1e9],
            "decimal": pa.array([Decimal("0.10"), Decimal("-12.34"), None] * 2, pa.decimal128(10, 2)),
            "single": pa.array([0.1, 0.2, None, 1e10, -0.5, 3.0], pa.float32()),
            "whole": [1.0, 2.0, 3.0, None, 1e15, -4.0],
        }
    )


def _skewed() -> pa.Table:
    """Point masses, long tails, and values on the fences."""
    random = np.random.default_rng(7)
    tail = np.round(random.lognormal(3, 2, _SKEWED_ROWS), 3)
    mass = np.where(random.random(_SKEWED_ROWS) < 0.7, 0.0, random.normal(size=_SKEWED_ROWS))
    steps = random.integers(-3, 4, _SKEWED_ROWS)
    fences = np.concatenate([np.arange(_SKEWED_ROWS - 2) % 5, [-3, 7]])
    seconds = pa.array(random.integers(0, 10**9, _SKEWED_ROWS), pa.int64()).cast(pa.timestamp("s"))
    columns = {"tail": tail, "mass": mass, "steps": steps, "fences": fences, "tenths": steps / 10}
    return pa.table(columns | {"seconds": seconds})


def _texts() -> pa.Table:
    columns: dict[str, list[str | None]] = {
        "blank": ["", " ", "\t\n", "\u00a0\u2003", None, "x"],
        "invisible": ["\u200b", "\ufeff", "\u00a0\u200b", "a\u200b", "NA\ufeff", "\u200bab"],
        "tokens": ["NA", " NA ", "n/a", "-", "Nauru", "na"],
        "quotes": ["it's", 'say "hi"', "back\\slash", "\\'; DROP TABLE t; --", "%_", "`"],
        "letters": ["Äpfel", "ЖЗи", "é1", "İıß", "中文", "٣4"],
        "shapes": ["N14228", "N14229", "abc-1", "A", "a", "9"],
        "signs": ["👩‍🔬", "e\u0301", "tab\there", "line\nbreak", "\u200b", "€ 5"],
        "long": ["x" * 300 + "a", "x" * 300 + "b", "y" * 200, "z" * 201, "é" * 250, "short"],
        "case": ["b", "B", "a", "A", "ä", "Z"],
        "numbers": ["1", "01", "1.0", "+1", "1e3", "nan"],
    }
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def _times() -> pa.Table:
    utc, summer = dt.UTC, dt.timezone(dt.timedelta(hours=2))
    moment = dt.datetime(2024, 2, 29, 23, 59, 59)
    fine = moment.replace(microsecond=123_456)
    zoned = [moment.replace(tzinfo=utc), moment.replace(tzinfo=summer), None]
    return pa.table(
        {
            "day": [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1970, 1, 1), None],
            "second": [moment, dt.datetime(1969, 12, 31, 23, 59, 59), moment, None],
            "fraction": [fine, moment, dt.datetime(1900, 1, 1, 0, 0, 0, 1), None],
            "zoned": pa.array([*zoned, None], pa.timestamp("us", "UTC")),
        }
    )


def _nothing() -> pa.Table:
    kinds = {"i": pa.int64(), "x": pa.float64(), "t": pa.string(), "d": pa.date32(), "b": pa.bool_()}
    columns = {name: pa.nulls(2, kind) for name, kind in kinds.items()}
    return pa.table(columns | {"when": pa.nulls(2, pa.timestamp("us")), "blank": ["", " "]})
