"""The whole pipeline on real flights."""

from types import SimpleNamespace

import pytest

from dataops.engine import inspection
from dataops.engine.checks import CHECKS, CheckSpec, Limits
from dataops.engine.errors import InvalidPlan
from dataops.engine.inspection import Plan, default_plan, inspect
from dataops.engine.intake import Accounting
from dataops.engine.profile.codec import decode, encode
from dataops.engine.protocols import Measurement
from dataops.engine.readers import csv, open_dataset
from dataops.engine.rows import Sampling
from dataops.engine.score import CRITICAL_CAP
from dataops.engine.types import Dimension, Outcome, Severity
from tests.engine.tables import NA, flights_csv

PLAN = Plan(default_plan().checks, missing=NA)


@pytest.fixture
def flights(tmp_path):
    path = tmp_path / "flights.csv"
    path.write_bytes(flights_csv(3000))
    return lambda: open_dataset(path)


def results_of(report, check):
    return {result.column: result for result in report.results if result.check == check}


def test_the_first_run_scores_what_can_be_measured_without_a_baseline(flights):
    report = inspect(flights(), PLAN)

    assert report.accounting.balanced
    assert report.score.value > 0.99
    assert report.score.dimensions[Dimension.CONSISTENCY] is None
    assert results_of(report, "schema_drift")[""].outcome is Outcome.NO_DATA
    assert results_of(report, "missing_values")["tailnum"].failed == report.profile.column("tailnum").missing
    assert sum(result.points_lost for result in report.results) == pytest.approx(1 - report.score.value)


def test_the_same_file_again_passes_against_itself(flights):
    baseline = decode(encode(inspect(flights(), PLAN).profile))
    report = inspect(flights(), PLAN, baseline)

    assert report.profile == baseline
    assert report.schema_changes == ()
    assert {result.outcome for result in report.results if "not applicable" not in result.message} == {
        Outcome.PASS
    }


def test_a_damaged_second_file_fails_where_it_is_damaged(flights, tmp_path):
    baseline = inspect(flights(), PLAN).profile
    lines = flights_csv(3000).decode().splitlines()
    damaged = [lines[0].replace("carrier,", "airline,").replace(",minute", ",minutes_of_hour")]
    damaged += [line.replace(",EWR,", ",,") for line in lines[1:1000]] * 2
    path = tmp_path / "damaged.csv"
    path.write_text("\n".join(damaged))

    report = inspect(open_dataset(path), PLAN, baseline)

    assert results_of(report, "missing_values")["origin"].outcome is Outcome.FAIL
    assert results_of(report, "duplicates")[""].fraction == 0.5
    assert results_of(report, "schema_drift")[""].outcome is Outcome.FAIL
    assert {(change.kind, change.column) for change in report.schema_changes} >= {("renamed", "airline")}
    assert report.score.value < 0.9


def test_a_known_column_is_held_to_the_type_it_had(flights, tmp_path):
    baseline = inspect(flights(), PLAN).profile
    path = tmp_path / "spoilt.csv"
    lines = flights_csv(3000).decode().splitlines()
    path.write_text(
        "\n".join([*lines[:2500], *(line.replace("2013,1,", "2013,Jan,") for line in lines[2500:])])
    )
    report = inspect(open_dataset(path), PLAN, baseline)

    assert results_of(report, "types")["month"].failed == 501
    assert report.schema_changes == ()


def test_a_spec_sets_column_limits_severity_and_weight(flights):
    spec = CheckSpec(
        "missing_values",
        id=7,
        column="tailnum",
        limits=Limits(fail=0.0),
        severity=Severity.CRITICAL,
        critical=True,
    )
    (result,) = inspect(flights(), Plan((spec,), missing=NA)).results

    assert (result.spec_id, result.column, result.severity) == (7, "tailnum", Severity.CRITICAL)
    assert (result.outcome, result.limits.fail) == (Outcome.FAIL, 0.0)


@pytest.mark.parametrize(("when", "of_tailnum"), [("", [7]), ("month = 1", [1, 7])])
def test_a_rule_for_every_column_gives_way_to_one_that_knows_the_column(flights, when, of_tailnum):
    """What it says of some rows alone takes nothing from the rule for all."""
    every = CheckSpec("missing_values", id=1)
    one = CheckSpec("missing_values", id=7, column="tailnum", when=when, limits=Limits(fail=0.5))
    results = inspect(flights(), Plan((every, one), missing=NA)).results

    assert [r.spec_id for r in results if r.column == "tailnum"] == of_tailnum
    assert [r.spec_id for r in results if r.column == "dep_delay"] == [1]


LENIENT = CheckSpec("rejected_records", limits=Limits(), severity=Severity.INFO, weight=0.0)


@pytest.mark.parametrize("spec", [CheckSpec("rejected_records"), LENIENT], ids=["default", "lenient"])
def test_records_that_do_not_add_up_are_critical_whatever_the_rule_says(flights, monkeypatch, spec):
    monkeypatch.setattr(csv, "Accounting", lambda records=0, *parts: Accounting(records + 1, *parts))
    report = inspect(flights(), Plan((*PLAN.checks, spec), missing=NA))
    result = report.results[-1]

    assert not report.accounting.balanced
    assert (result.outcome, result.severity, result.critical) == (Outcome.FAIL, Severity.CRITICAL, True)
    assert result.message == "the records do not add up: 3001 in the file, 3000 accounted for"
    assert report.score.value <= CRITICAL_CAP
    assert sum(r.points_lost for r in report.results) == pytest.approx(1 - report.score.value)


def test_a_check_of_a_column_that_is_gone_is_an_error_result(flights):
    (result,) = inspect(flights(), Plan((CheckSpec("missing_values", column="gate"),))).results

    assert (result.outcome, result.message) == (Outcome.ERROR, "there is no column 'gate' in the data")


def test_a_check_that_breaks_does_not_stop_the_others(flights, monkeypatch):
    def explode(self, context, params):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(type(CHECKS["duplicates"]), "measure", explode)
    report = inspect(flights(), PLAN)

    broken = results_of(report, "duplicates")[""]
    assert (broken.outcome, broken.pass_rate) == (Outcome.ERROR, None)
    assert "ZeroDivisionError: by nothing" in broken.message
    assert results_of(report, "row_count")[""].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (CheckSpec("no_such_check"), "no check 'no_such_check'"),
        (CheckSpec("row_count", params={"minimum": -1}), "below 0"),
    ],
)
def test_a_plan_that_cannot_work_is_refused_before_anything_is_read(spec, says):
    unreadable = SimpleNamespace()

    with pytest.raises(InvalidPlan, match=says):
        inspect(unreadable, Plan((spec,)))


def test_progress_goes_up_to_one(flights):
    seen = []
    inspect(flights(), PLAN, progress=lambda fraction, stage: seen.append((fraction, stage)))

    assert [fraction for fraction, _ in seen] == sorted(fraction for fraction, _ in seen)
    assert seen[-1] == (1.0, "checks")
    assert {stage for _, stage in seen} == {"reading", "columns", "checks"}


def test_progress_moves_while_rules_and_samples_read_the_rows_again(flights):
    seen = []
    rules = [CheckSpec("in_set", column=c, params={"values": ["UA"]}) for c in ("carrier", "origin", "dest")]
    report = inspect(
        flights(),
        Plan(tuple(rules), missing=NA),
        sampling=Sampling(),
        progress=lambda fraction, stage: seen.append((fraction, stage)),
    )

    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert len({fraction for fraction, stage in seen if stage == "checks"}) == len(rules) + 1
    assert {"reading rows", "reading failing rows"} <= {stage for _, stage in seen}
    assert all(result.sample for result in report.results)


def test_a_measurement_is_graded_by_the_specs_own_limits(flights, monkeypatch):
    constant = lambda self, context, params: Measurement(10, 3, 0.3, 0.7, "three of ten")  # noqa: E731
    monkeypatch.setattr(type(CHECKS["duplicates"]), "measure", constant)
    spec = CheckSpec("duplicates", limits=Limits(warn=0.2, fail=0.5))

    (result,) = inspection.inspect(flights(), Plan((spec,))).results

    assert (result.outcome, result.fraction) == (Outcome.WARN, 0.3)


def test_text_is_open_again_once_the_order_of_dates_is_known(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("n;day\n" + "".join(f"{i};0{i % 9 + 1}.0{i % 3 + 1}.2026\n" for i in range(60)))
    before = inspect(open_dataset(path), PLAN)
    writing = {"format": "csv", "delimiter": ";", "decimal": before.dialect.decimal}
    assert before.profile.column("day").type == "text"

    def again(**dialect):
        read = open_dataset(path, dialect=dialect)
        return inspect(read, PLAN, before.profile, baseline_writing=writing).profile.column("day").type

    assert again(date_order="dmy") == "date"
    assert again() == "text"


def test_a_column_of_words_stays_what_it_was_while_nothing_is_learnt(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("code\n" + "A1\n" * 50)
    before = inspect(open_dataset(path), PLAN)
    path.write_text("code\n" + "11\n" * 50)

    writing = {"format": "csv", "decimal": "."}
    after = inspect(open_dataset(path), PLAN, before.profile, baseline_writing=writing)
    assert after.profile.column("code").type == "text"
