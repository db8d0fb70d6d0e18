"""Checks that look at a baseline or another source, and checks against a second implementation."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.checks import CheckSpec
from dataops.engine.inspection import Plan, inspect
from dataops.engine.readers import ArrowDataset
from dataops.engine.rows import Reference
from dataops.engine.types import Outcome
from tests.engine.tables import profile_of

ORDERS = {"customer": [1, 2, 2, 9, None], "sum": [1.0, 2.0, 3.0, 4.0, 5.0]}
CUSTOMERS = {"customer": [1, 2, 3], "key": ["1", "2", None]}


def ask(table, check, on="", baseline=None, sources=None, **params):
    def open_reference(name):
        if name not in (sources or {}):
            raise LookupError(f"there is no source {name!r}")
        return Reference(ArrowDataset(pa.table(sources[name])))

    spec = CheckSpec(check, column=on, params=params)
    data = ArrowDataset(pa.table(table))
    (result,) = inspect(data, Plan((spec,)), baseline=baseline, references=open_reference).results
    return result


def test_a_foreign_key_counts_values_the_other_source_does_not_have():
    found = ask(ORDERS, "foreign_key", "customer", sources={"crm": CUSTOMERS}, source="crm")

    assert (found.evaluated, found.failed) == (4, 1)
    as_text = ask(ORDERS, "foreign_key", "customer", sources={"crm": CUSTOMERS}, source="crm", column="key")
    assert (as_text.evaluated, as_text.failed) == (4, 1)


@pytest.mark.parametrize(("source", "column"), [("gone", ""), ("crm", "nobody")])
def test_a_foreign_key_into_nowhere_is_an_error_that_names_it(source, column):
    sources = {"crm": CUSTOMERS}
    found = ask(ORDERS, "foreign_key", "customer", sources=sources, source=source, column=column)

    assert found.outcome is Outcome.ERROR
    assert (column or source) in found.message


@pytest.mark.parametrize(("tolerance", "failed"), [(0.0, 1), (0.6, 1), (0.7, 0)])
def test_two_sources_may_differ_by_the_tolerance(tolerance, failed):
    found = ask(ORDERS, "compare_source", sources={"crm": CUSTOMERS}, source="crm", tolerance=tolerance)

    assert found.failed == failed
    assert "5 here, 3 in crm" in found.message


HERE = {"id": [1, 2, 3, 4, None], "sum": [1.0, 2.0, 3.5, None, 5.0], "name": ["a", "b", "c", "d", "e"]}
THERE = {"id": [1, 2, 3, 4, 6], "sum": [1, 2, 4, None, 9], "other": ["x"] * 5}


@pytest.mark.parametrize(
    ("there", "columns", "evaluated", "failed", "told"),
    [
        (THERE, [], 6, 3, "1 are not there, 1 have other values, 1 are only there"),
        (THERE, ["id"], 6, 2, "1 are not there, 0 have other values, 1 are only there"),
        (HERE, [], 5, 0, "0 are not there, 0 have other values, 0 are only there"),
    ],
)
def test_rows_of_two_sources_are_held_against_each_other_by_their_key(
    there, columns, evaluated, failed, told
):
    known = {"source": "crm", "key": ["id"], "columns": columns}
    found = ask(HERE, "compare_rows", sources={"crm": there}, **known)

    assert (found.evaluated, found.failed) == (evaluated, failed)
    assert told in found.message
    nobody = ask(HERE, "compare_rows", sources={"crm": there}, source="crm", key=["name"], columns=["sum"])
    assert (nobody.outcome is Outcome.ERROR) == ("name" not in there)


SPREAD = np.random.default_rng(7).normal(size=4000)


@pytest.mark.parametrize("method", ["psi", "jensen_shannon", "ks", "wasserstein"])
def test_a_shifted_column_drifts_and_the_same_one_does_not(method):
    before = profile_of({"x": SPREAD.tolist()})

    def drift(values):
        return ask({"x": values.tolist()}, "distribution_drift", "x", before, method=method)

    assert drift(SPREAD[::-1]).value == pytest.approx(0, abs=1e-9)
    assert drift(SPREAD + 1).outcome is Outcome.FAIL
    assert drift(SPREAD + 1).pass_rate < 0.5


def test_categories_drift_by_name_also_those_that_were_never_seen():
    before = profile_of({"x": ["a"] * 500 + ["b"] * 500})

    same = ask({"x": ["b"] * 50 + ["a"] * 50}, "distribution_drift", "x", before)
    other = ask({"x": ["c"] * 100}, "distribution_drift", "x", before)
    assert (same.outcome, other.outcome) == (Outcome.PASS, Outcome.FAIL)


def beyond(values, method, k):
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    if method == "iqr":
        lower, upper = low - k * (high - low), high + k * (high - low)
    else:
        spread = 1.4826 * np.median(np.abs(values - middle)) if method == "mad" else np.std(values, ddof=1)
        centre = middle if method == "mad" else np.mean(values)
        lower, upper = centre - k * spread, centre + k * spread
    return int(((values < lower) | (values > upper)).sum())


@pytest.mark.parametrize(
    ("method", "k"), [("iqr", 3.0), ("iqr", 1.5), ("iqr", 2.0), ("mad", 3.0), ("zscore", 2.5)]
)
def test_outliers_are_those_numpy_counts_and_only_growth_is_news(method, k):
    usual = np.random.default_rng(1).exponential(size=3001)
    worse = np.concatenate([usual, np.full(300, 1e3)])
    before = profile_of({"x": usual.tolist()})

    same = ask({"x": usual.tolist()}, "outliers", "x", before, method=method, k=k)
    assert same.failed == beyond(usual, method, k)
    assert same.outcome is Outcome.PASS
    grown = ask({"x": worse.tolist()}, "outliers", "x", before, method=method, k=k)
    assert grown.failed == beyond(worse, method, k)
    assert grown.value > 0.04


def test_outliers_do_not_apply_where_most_values_are_equal():
    for method in ("iqr", "mad"):
        found = ask({"x": [5.0] * 30 + [1.0, 900.0]}, "outliers", "x", method=method, k=2)
        assert found.outcome is Outcome.NO_DATA
        assert "not applicable" in found.message


texts = st.lists(st.sampled_from(["a", "A", "b ", "b", "", None, "ü", "x'y"]), min_size=1, max_size=30)
numbers = st.lists(st.one_of(st.none(), st.integers(-5, 5)), min_size=1, max_size=30)


@settings(max_examples=15, deadline=None)
@given(texts, numbers)
def test_keys_and_orders_are_those_pandas_counts(words, values):
    size = min(len(words), len(values))
    table = {"t": words[:size], "n": values[:size]}
    frame = pd.DataFrame({"t": pd.Series(table["t"], dtype=object), "n": table["n"]})
    frame["t"] = frame["t"].where(frame["t"].fillna("").str.strip() != "")
    whole = frame.dropna()
    column = frame["n"].dropna()

    keys = ask(table, "unique_together", columns=["t", "n"])
    assert (keys.evaluated, keys.failed) == (len(whole), int(whole.duplicated().sum()))
    if len(column):
        assert ask(table, "unique", "n").failed == int(column.duplicated().sum())
        assert ask(table, "monotonic", "n").failed == int((column.diff() < 0).sum())
        range_ = ask(table, "value_range", "n", minimum="-2", maximum="3")
        assert range_.failed == int((~column.between(-2, 3)).sum())
    if len(whole):
        usual = whole.groupby("t")["n"].transform(lambda n: n.value_counts().max())
        often = whole.groupby(["t", "n"])["n"].transform("size")
        found = ask(table, "functional_dependency", determinant=["t"], dependent="n")
        groups = whole.groupby("t")["n"].agg(lambda n: len(n) - n.value_counts().max())
        assert found.failed == int(groups.sum())
        assert (often <= usual).all()
