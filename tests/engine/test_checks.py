"""What each check measures, and how the measurement is judged."""

from types import SimpleNamespace

import pytest

from dataops.engine.checks import CHECKS, Limits, Measurement, grade, make_params
from dataops.engine.errors import InvalidPlan
from dataops.engine.protocols import Context
from dataops.engine.testing import conformance_problems
from dataops.engine.types import Outcome
from tests.engine.tables import profile_of, profile_text


def measure(key, current, baseline=None, column=None, **params):
    check = CHECKS[key]
    context = Context(
        current,
        current.column(column) if column else None,
        baseline,
        baseline.column(column) if baseline and column else None,
    )
    return check.measure(context, make_params(check.params, params, check=key))


def outcome(key, current, baseline=None, column=None, **params):
    return grade(measure(key, current, baseline, column, **params), CHECKS[key].default_limits)


def rows(count):
    return profile_of({"x": list(range(count))})


def test_a_new_source_gets_the_checks_that_need_no_setting():
    assert {check.key for check in CHECKS if check.by_default} == {
        "missing_values",
        "missing_tokens",
        "duplicates",
        "types",
        "schema_drift",
        "outliers",
        "completeness",
        "row_count",
        "rejected_records",
        "unreadable_text",
    }


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.key)
def test_a_check_conforms(check):
    assert conformance_problems(check) == []


def test_conformance_names_what_is_wrong():
    broken = SimpleNamespace(
        key="No Key",
        label="",
        scope="row",
        params=dict,
        measure=lambda context, params: Measurement(1, 2, float("nan"), 1.5, ""),
    )
    problems = " ".join(conformance_problems(broken))

    for complaint in ("key 'No Key'", "label is empty", "scope 'row'", "no dataclass"):
        assert complaint in problems
    for complaint in ("2 failed of 1", "value is nan", "pass rate 1.5", "message is empty"):
        assert complaint in problems


GRADES = [
    (None, "above", Outcome.NO_DATA),
    (0.1, "above", Outcome.PASS),
    (0.11, "above", Outcome.WARN),
    (0.2, "above", Outcome.WARN),
    (0.21, "above", Outcome.FAIL),
    (0.1, "below", Outcome.WARN),
    (0.2, "below", Outcome.PASS),
]


@pytest.mark.parametrize(("value", "direction", "expected"), GRADES)
def test_a_value_is_judged_by_the_limit_it_goes_beyond(value, direction, expected):
    limits = Limits(warn=0.1, fail=0.2) if direction == "above" else Limits(0.2, 0.05, "below")

    assert grade(Measurement(10, 1, value, 0.9, "m"), limits) is expected


def test_without_limits_nothing_fails():
    assert grade(Measurement(10, 10, 1.0, 0.0, "m"), Limits()) is Outcome.PASS


def test_missing_values_are_measured_per_column():
    found = measure("missing_values", profile_of({"x": [1, None, None, 4]}), column="x")

    assert (found.evaluated, found.failed, found.value, found.pass_rate) == (4, 2, 0.5, 0.5)
    assert found.message == "2 of 4 (50 %) values are missing"


def test_completeness_is_the_share_of_filled_cells():
    found = measure("completeness", profile_of({"x": [1, None], "y": [None, None], "z": [1, 2]}))

    assert (found.evaluated, found.failed, found.value) == (6, 3, 0.5)
    assert "most is missing in y 100 %, x 50 %" in found.message


def test_duplicates_are_surplus_rows_not_groups():
    table = {"x": ["A", "A", "A", "B", "B", "C", None, None]}

    assert measure("duplicates", profile_of(table)).failed == 4


def test_types_count_present_values_that_do_not_read(tmp_path):
    text = "id,x\n" + "".join(f"r{i},{i}\n" for i in range(98)) + "r98,NA\nr99,\n"
    found = measure("types", profile_text(tmp_path / "t.csv", text), column="x")

    assert (found.evaluated, found.failed) == (99, 1)
    assert "add it to the missing-value tokens" in found.message


def test_types_leave_out_columns_that_any_value_fits():
    text, empty, number = profile_of({"t": ["a"], "e": [None], "n": [1]}).columns

    assert [CHECKS["types"].applies_to(column) for column in (text, empty, number)] == [False, False, True]


def test_a_known_column_is_held_to_its_known_type(tmp_path):
    before = profile_text(tmp_path / "a.csv", "id,x\n" + "".join(f"r{i},{i}\n" for i in range(20)))
    types = {column.name: column.type for column in before.columns}
    text = "id,x\n" + "".join(f"r{i},{i if i % 4 else 'oops'}\n" for i in range(20))
    after = profile_text(tmp_path / "b.csv", text, types=types)

    assert measure("types", after, before, "x").failed == 5
    assert measure("schema_drift", after, before).value == 0


NUMBERS = [float(i % 10) for i in range(100)]
DRIFTS = {
    "nothing": ({"a": NUMBERS, "b": ["x"] * 100}, 0.0, 1.0, Outcome.PASS),
    "added": ({"a": NUMBERS, "b": ["x"] * 100, "c": NUMBERS}, 1.0, 1.0, Outcome.WARN),
    "reordered": ({"b": ["x"] * 100, "a": NUMBERS}, 1.0, 1.0, Outcome.WARN),
    "removed": ({"a": NUMBERS}, 2.0, 0.5, Outcome.FAIL),
    "retyped": ({"a": ["y"] * 100, "b": ["x"] * 100}, 2.0, 0.5, Outcome.FAIL),
    "renamed": ({"c": NUMBERS, "b": ["x"] * 100}, 2.0, 0.75, Outcome.FAIL),
    "all gone": ({"z": ["q"] * 100}, 2.0, 0.0, Outcome.FAIL),
}


@pytest.mark.parametrize(("table", "value", "pass_rate", "expected"), DRIFTS.values(), ids=DRIFTS)
def test_schema_drift_tells_harmless_from_breaking_changes(table, value, pass_rate, expected):
    baseline = profile_of({"a": NUMBERS, "b": ["x"] * 100})
    found = measure("schema_drift", profile_of(table), baseline)

    assert (found.value, found.pass_rate) == (value, pass_rate)
    assert grade(found, CHECKS["schema_drift"].default_limits) is expected


@pytest.mark.parametrize("key", ["schema_drift", "outliers"])
def test_the_first_run_has_nothing_to_compare_with(key):
    found = measure(key, profile_of({"x": NUMBERS}), column="x" if key == "outliers" else None)

    assert grade(found, CHECKS[key].default_limits) is Outcome.NO_DATA
    assert "this run becomes the baseline" in found.message


def test_outliers_are_news_only_when_their_share_grows():
    usual = [*NUMBERS, 1e6]
    more = [*NUMBERS, *[1e6] * 20]
    baseline = profile_of({"x": usual})

    assert outcome("outliers", profile_of({"x": usual}), baseline, "x") is Outcome.PASS
    assert outcome("outliers", profile_of({"x": more}), baseline, "x") is Outcome.FAIL
    assert outcome("outliers", profile_of({"x": NUMBERS}), baseline, "x") is Outcome.PASS
    growth = measure("outliers", profile_of({"x": more}), baseline, "x").value
    assert growth == pytest.approx(20 / 120 - 1 / 101)


def test_outliers_do_not_apply_where_most_values_are_equal():
    constant = profile_of({"x": [0.0] * 90 + [5.0] * 10})
    found = measure("outliers", constant, constant, "x")

    assert found.value is None
    assert found.message.startswith("not applicable")


COUNTS = {
    "at least one": (5, None, {}, 0.0, 1.0),
    "few enough": (5, None, {"maximum": 5}, 0.0, 1.0),
    "fewer than asked": (5, None, {"minimum": 10}, 0.5, 0.5),
    "as many as before": (10, 10, {}, 0.0, 1.0),
    "on the edge of the change": (15, 10, {}, 0.0, 1.0),
    "grown too much": (20, 10, {}, 1 / 3, 0.5),
    "any change allowed": (90, 10, {"tolerance": None}, 0.0, 1.0),
    "no change allowed": (11, 10, {"tolerance": 0.0}, 0.1, 0.25),
}


@pytest.mark.parametrize(("now", "before", "params", "value", "rate"), COUNTS.values(), ids=COUNTS)
def test_row_count_measures_the_miss_as_a_share_of_the_bound(now, before, params, value, rate):
    found = measure("row_count", rows(now), rows(before) if before else None, **params)

    assert (found.value, found.pass_rate) == (pytest.approx(value), pytest.approx(rate))
    assert grade(found, CHECKS["row_count"].default_limits) is (Outcome.FAIL if value else Outcome.PASS)


REFUSED = [
    ({"minimun": 1}, "has no parameter 'minimun'"),
    ({"minimum": -1}, "-1 is below 0"),
    ({"tolerance": "half"}, "'half' is not a number"),
    ({"minimum": float("nan")}, "is not a number"),
    ({"minimum": 1.5}, "1.5 is not a whole number"),
]


@pytest.mark.parametrize(("params", "says"), REFUSED)
def test_parameters_out_of_range_are_refused_by_name(params, says):
    with pytest.raises(InvalidPlan, match=says):
        make_params(CHECKS["row_count"].params, params, check="row_count")
