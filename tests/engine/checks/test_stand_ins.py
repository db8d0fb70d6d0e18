"""Values that stand in for none: found where they stand out, and not among values that are meant."""

import datetime as dt

import pyarrow as pa
import pytest

from dataops.engine.checks import CheckSpec
from dataops.engine.checks.stand_ins import stand_ins
from dataops.engine.inspection import Plan, default_plan, inspect
from dataops.engine.profilers import profile
from dataops.engine.readers import ArrowDataset, open_dataset
from dataops.engine.rows import Sampling

AGES = [i * 7 % 90 for i in range(200)]
DAYS = [dt.date(1950, 1, 1) + dt.timedelta(days=97 * i) for i in range(200)]

FOUND = {
    "-1 among ages": ([-1] * 12 + AGES, "-1"),
    "999 above ages": ([999] * 12 + AGES, "999"),
    "-999 among temperatures": ([-999.0] * 12 + [i * 0.37 % 40 - 15 for i in range(200)], "-999"),
    "1900-01-01 before days of birth": ([dt.date(1900, 1, 1)] * 12 + DAYS, "1900-01-01"),
    "9999-12-31 after days": ([dt.date(9999, 12, 31)] * 12 + DAYS, "9999-12-31"),
    "1970-01-01 before times": (
        [dt.datetime(1970, 1, 1)] * 12
        + [dt.datetime(2020, 1, 1) + dt.timedelta(hours=i) for i in range(200)],
        "1970-01-01T00:00:00",
    ),
}

MEANT = {
    "-1 once": [-1, *AGES],
    "-1 among numbers below zero": [-1] * 12 + [i - 40 for i in range(90)],
    "-1, 0 and 1": [-1, 0, 1] * 50,
    "-1 among degrees around zero": [i % 30 - 1 for i in range(300)],
    "99 of a hundred": [i % 100 for i in range(300)],
    "999 among ids": list(range(1, 1000)),
    "1970-01-01 in a row of days": [dt.date(1970, 1, 1) + dt.timedelta(days=i // 3) for i in range(300)],
    "1900 as a year": [1900] * 12 + [1950 + i % 60 for i in range(200)],
}


def column_of(values):
    return profile(ArrowDataset(pa.table({"x": values}))).column("x")


@pytest.mark.parametrize(("values", "label"), FOUND.values(), ids=FOUND)
def test_a_value_that_stands_in_for_none_is_found_with_its_rows(values, label):
    assert stand_ins(column_of(values)) == ((label, 12),)


@pytest.mark.parametrize("values", MEANT.values(), ids=MEANT)
def test_a_value_that_is_meant_is_not(values):
    assert stand_ins(column_of(values)) == ()


@pytest.mark.parametrize(("values", "label"), FOUND.values(), ids=FOUND)
def test_it_is_offered_with_its_rows_and_costs_no_points(values, label):
    plan = Plan((CheckSpec("missing_tokens"),))
    (result,) = inspect(ArrowDataset(pa.table({"x": values})), plan, sampling=Sampling()).results

    assert (result.failed, result.details["values"]) == (12, [label])
    assert "if they do, add them to the missing-value tokens" in result.message
    assert len(result.sample.rows) == 10 or len(result.sample.rows) == 12


def test_of_a_file_words_and_numbers_are_offered_alike(tmp_path):
    path = tmp_path / "t.csv"
    cells = ["unknown", "-999"] * 6 + [str(i) for i in range(400)]
    path.write_text("id,x\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells)))
    report = inspect(open_dataset(path), default_plan())
    (offer,) = [result for result in report.results if result.check == "missing_tokens"]

    assert (offer.column, sorted(offer.details["values"])) == ("x", ["-999", "unknown"])
    assert offer.points_lost == 0
