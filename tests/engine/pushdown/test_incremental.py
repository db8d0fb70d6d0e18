"""A table that grows is profiled piece by piece, and the pieces are the whole."""

import datetime as dt
from dataclasses import replace

import pyarrow as pa
import pytest

from dataops.engine.checks import CheckSpec
from dataops.engine.errors import InvalidPlan
from dataops.engine.inspection import Plan, inspect
from dataops.engine.profilers import profile
from dataops.engine.profilers.pushdown import profile_since, window_since
from dataops.engine.protocols import Part
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows import Sampling
from tests.engine.pushdown.places import in_duckdb

START = dt.datetime(2024, 1, 1, 12)
GROWING = pa.table(
    {
        "at": [START + dt.timedelta(hours=i, microseconds=i % 3) for i in range(200)],
        "zoned": pa.array([START + dt.timedelta(hours=i) for i in range(200)], pa.timestamp("us")).cast(
            pa.timestamp("us", "UTC")
        ),
        "day": [(START + dt.timedelta(hours=i)).date() for i in range(200)],
        "id": list(range(200)),
        "amount": [float(i * i % 97) for i in range(200)],
        "kind": ["abc"[i % 3] for i in range(200)],
    }
)
STEPS = (50, 120, 200)


def grown(place, rows):
    return place(GROWING.slice(0, rows))


@pytest.mark.parametrize("column", ["at", "zoned", "id"])
def test_increments_are_the_profile_of_the_whole(place, column):
    whole, watermark = None, None
    for rows in STEPS:
        step = profile_since(grown(place, rows), column, watermark, so_far=whole)
        assert step.new.rows == rows - (whole.rows if whole else 0)
        whole, watermark = step.whole, step.watermark

    first = profile(ArrowDataset(GROWING.slice(0, STEPS[0])))
    expected = profile(ArrowDataset(GROWING), like=first)
    assert (whole.rows, whole.duplicate_rows, whole.duplicate_rows_error) == (200, 0, 0)
    for found, known in zip(whole.columns, expected.columns, strict=True):
        assert (found.missing, found.minimum, found.maximum) == (known.missing, known.minimum, known.maximum)
        if found.name in ("at", "zoned", "day", "id"):
            assert found.histogram == known.histogram
    assert dict(whole.column("kind").frequent.values) == {"a": 67, "b": 67, "c": 66}
    assert whole.column("kind").exact


def test_a_day_is_profiled_once(place):
    step = profile_since(grown(place, 120), "day", None)
    assert step.watermark == "2024-01-06"

    again = profile_since(grown(place, 120), "day", step.watermark, so_far=step.whole)
    assert (again.new, again.whole, again.watermark) == (None, step.whole, step.watermark)


def test_nothing_is_looked_at_that_was_profiled_before():
    asked = []
    relation = grown(in_duckdb, 200)
    step = profile_since(grown(in_duckdb, 50), "id", None)

    def execute(query):
        asked.append(query)
        return relation.execute(query)

    profile_since(replace(relation, execute=execute), "id", step.watermark, so_far=step.whole)
    assert asked
    assert all("\"id\" > CAST('49' AS BIGINT)" in query for query in asked)


@pytest.mark.parametrize(
    ("column", "watermark", "problem"),
    [
        ("amount", None, "'amount' is float; a watermark is a time"),
        ("other", None, "no column 'other'; known: at, "),
        ("at", "yesterday", "the watermark 'yesterday' is no datetime"),
        ("id", "1; DROP TABLE rows", "is no integer"),
    ],
)
def test_what_cannot_be_a_watermark_is_refused(column, watermark, problem):
    known = profile(ArrowDataset(GROWING))
    with pytest.raises(InvalidPlan, match=problem):
        profile_since(grown(in_duckdb, 9), column, watermark, so_far=known)


def test_a_key_that_repeats_one_of_an_earlier_part_is_seen_where_both_are_in_one_database(place):
    rows = pa.table({"at": [1, 2, 3, 4, 5, 6], "id": [10, 11, 11, 12, 12, None], "who": list("abbccc")})
    window = window_since(place(rows), "at", "2")
    plan = Plan(
        (
            CheckSpec("unique", column="id"),
            CheckSpec("unique_together", params={"columns": ["id", "who"]}),
            CheckSpec("unique", column="id", when="at < 4"),
            CheckSpec("duplicates"),
        )
    )
    part = Part(so_far=profile(ArrowDataset(rows.slice(0, 2))))
    one, both, filtered, duplicates = inspect(window.rows, plan, part=part, sampling=Sampling()).results

    assert (one.evaluated, one.failed) == (both.evaluated, both.failed) == (3, 2)
    # Which of two equal keys comes second, a database does not say.
    assert sorted(row.cells[1:] for row in one.sample.rows) == [("11", "b"), ("12", "c")]
    assert "parts is not seen" not in one.message + both.message
    assert (filtered.failed, duplicates.failed) == (0, 0)
    assert "parts is not seen" in filtered.message
    assert "parts is not seen" in duplicates.message
