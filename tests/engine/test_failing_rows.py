"""Rows that fail a check: which ones, where they stand, and what stands there."""

import numpy as np
import pyarrow as pa
import pytest

from dataops.engine.checks import CheckSpec, Limits
from dataops.engine.inspection import Plan, inspect
from dataops.engine.profilers import profile
from dataops.engine.readers import ArrowDataset, open_dataset
from dataops.engine.rows import Sampling
from dataops.engine.types import Outcome

STRICT = Limits(warn=0.0)
SAMPLING = Sampling()
UGLY = (
    "id,land,amount\n"
    "1,DE,10\n"
    "\n"
    '2,"DE\nor AT",12\n'
    "3,,x\n"
    "too,many,fields,here\n"
    "1,DE,10\n"
    "4,FR,\n" + "5,DE,1\n" * 30
)


@pytest.fixture
def ugly(tmp_path):
    path = tmp_path / "ugly.csv"
    path.write_text(UGLY)
    return open_dataset(path)


def result_of(dataset, spec, sampling=SAMPLING, **options):
    (result,) = inspect(dataset, Plan((spec,)), sampling=sampling, **options).results
    return result


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        (CheckSpec("missing_values", column="land", limits=STRICT), [6]),
        (CheckSpec("missing_values", column="amount", limits=STRICT), [9]),
        (CheckSpec("types", column="amount", limits=STRICT), [6]),
        (CheckSpec("completeness", limits=Limits(warn=1.0, direction="below")), [6, 9]),
        (CheckSpec("duplicates", limits=STRICT), [8, *range(11, 30)]),
    ],
)
def test_failing_rows_carry_their_lines(ugly, spec, lines):
    assert [row.number for row in result_of(ugly, spec).sample.rows] == lines


def test_cells_are_shown_as_they_are_written_and_the_failing_column_is_marked(ugly):
    sample = result_of(ugly, CheckSpec("types", column="amount", limits=STRICT)).sample

    assert sample.columns == ("id", "land", "amount")
    assert sample.marked == ("amount",)
    assert sample.rows[0].cells == ("3", "", "x")


def test_samples_are_capped_by_result_in_all_in_width_and_in_length(tmp_path):
    data = pa.table({f"c{i}": ["y" * 500, None, None] * 20 for i in range(8)})
    plan = Plan((CheckSpec("missing_values", limits=STRICT),))
    sampling = Sampling(rows_per_result=10, rows=25, columns=3, characters=50)

    results = inspect(ArrowDataset(data), plan, sampling=sampling).results

    assert [len(r.sample.rows) for r in results] == [10, 10, 5, 0, 0, 0, 0, 0]
    assert [len(r.sample.numbers) for r in results] == [40] * 8
    assert results[2].sample.columns == ("c0", "c1", "c2")


def test_a_check_that_passes_or_is_not_about_rows_has_no_sample(ugly):
    assert result_of(ugly, CheckSpec("missing_values", column="id")).sample is None
    assert result_of(ugly, CheckSpec("rejected_records")).outcome is Outcome.FAIL
    assert result_of(ugly, CheckSpec("rejected_records")).sample is None


UNREADABLE = {
    "csv": ("x,y\n1,üé\n2,é\n".encode() + b"3,caf\xe9\n", "utf-8", 1, None),
    "no meaning at all": ("x,y\n1,üéü\n2,ü\n".encode() + b"3,a\x81\x9d\n", "utf-8", 2, [4]),
    "ndjson": ('{"y": "üé"}\n{"y": "a"}\n'.encode() + b'{"y": "\xe9"}\n{"y": "b"}\n', "utf-8", 1, None),
    "json": ('[{"y": "üé"}, {"y": "b"},'.encode() + b'{"y": "\xe9"}, {"y": "a"}]', "utf-8", 1, None),
    "another encoding": (
        b"\xff\xfe" + "x,y\n1,a\n".encode("utf-16-le") + b"2\x00,\x00\x00\xdc\n\x00",
        "utf-16-le",
        1,
        [3],
    ),
    "nothing wrong": ("x,y\n1,café\n".encode(), "utf-8", 0, None),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_bytes_that_are_no_text_are_counted_and_rows_with_a_replacement_shown(tmp_path, case):
    content, encoding, count, lines = UNREADABLE[case]
    path = tmp_path / "damaged"
    path.write_bytes(content)
    result = result_of(open_dataset(path), CheckSpec("unreadable_text"))

    assert (result.failed, encoding in result.message) == (count, True)
    assert result.outcome is (Outcome.FAIL if count else Outcome.PASS)
    assert (result.sample and [row.number for row in result.sample.rows]) == lines


def test_without_sampling_no_row_is_kept(ugly):
    assert result_of(ugly, CheckSpec("duplicates", limits=STRICT), sampling=None).sample is None


def test_outliers_are_the_rows_beyond_the_fences():
    rng = np.random.default_rng(1)
    usual = rng.normal(0, 1, 500)
    odd = np.concatenate([usual, [99.0, -99.0] * 20, [np.nan, np.inf, -np.inf]])
    before = profile(ArrowDataset(pa.table({"x": usual})))

    sampling = Sampling(rows_per_result=1000)
    spec = CheckSpec("outliers", column="x")
    result = result_of(ArrowDataset(pa.table({"x": odd})), spec, sampling, baseline=before)

    assert result.outcome is Outcome.FAIL
    assert {row.cells[0] for row in result.sample.rows} >= {"99.0", "-99.0"}
    assert len(result.sample.rows) == result.failed


def test_a_filter_narrows_what_any_check_looks_at(ugly):
    spec = CheckSpec("missing_values", column="amount", limits=STRICT, when="land = 'FR' or id = 2")
    result = result_of(ugly, spec)

    assert (result.evaluated, result.failed) == (2, 1)
    assert [row.number for row in result.sample.rows] == [9]


def test_a_filter_that_does_not_fit_the_data_is_an_error_of_that_check_alone(ugly):
    filters = ("country = 'FR'", "land > 3", "")
    plan = Plan(tuple(CheckSpec("row_count", when=when) for when in filters))
    by_column, by_type, fine = inspect(ugly, plan).results

    assert by_column.outcome is by_type.outcome is Outcome.ERROR
    assert "there is no column country" in by_column.message
    assert "the query cannot be answered" in by_type.message
    assert fine.outcome is Outcome.PASS


def test_the_account_is_that_of_one_reading(ugly):
    report = inspect(ugly, Plan((CheckSpec("duplicates", limits=STRICT),)), sampling=Sampling())
    assert report.accounting.balanced
    assert report.accounting.loaded == report.profile.rows == 35
