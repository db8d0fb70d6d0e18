"""The score: what it is, and that its parts add up."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataops.engine.score import (
    CRITICAL_CAP,
    DEFAULT_WEIGHTS,
    WhatIf,
    importance_of,
    score,
    validity_coverage,
    waterfall,
)
from dataops.engine.types import Dimension, Outcome


@dataclass(frozen=True)
class Rated:
    dimension: Dimension
    pass_rate: float | None
    column: str = ""
    outcome: Outcome = Outcome.PASS
    weight: float = 1.0
    critical: bool = False


rates = st.one_of(st.none(), st.sampled_from([0.0, 1.0]), st.floats(0, 1))
results = st.lists(
    st.builds(
        Rated,
        dimension=st.sampled_from(Dimension),
        pass_rate=rates,
        column=st.sampled_from(["", "a", "b", "c"]),
        outcome=st.sampled_from(Outcome),
        weight=st.sampled_from([0.0, 1.0, 2.0, 4.0]),
        critical=st.booleans(),
    ),
    max_size=30,
)
importances = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from([0.0, 1.0, 2.0, 3.0]))


@settings(max_examples=300, deadline=None)
@given(results)
def test_points_lost_sum_to_what_is_missing_from_one(results):
    rated = score(results)

    if rated.value is None:
        assert not any(rated.points_lost)
        return
    assert 0 < rated.value <= 1
    assert sum(rated.points_lost) == pytest.approx(1 - rated.value, abs=1e-9)
    assert sum(rated.dimension_points_lost.values()) == pytest.approx(1 - rated.value, abs=1e-9)
    assert min(rated.points_lost) >= 0
    assert 0 <= rated.coverage <= 1 + 1e-12


def test_table_failures_are_not_diluted_by_rows_or_columns():
    """100,000 rows with 1 % duplicates, nine full columns, wrong schema, wrong row count: another
    tool calls that 99.9 % healthy, by counting rows."""
    results = [
        Rated(Dimension.UNIQUENESS, 0.99),
        *(Rated(Dimension.COMPLETENESS, 1.0, f"c{i}") for i in range(9)),
        *(Rated(Dimension.VALIDITY, 1.0, f"c{i}") for i in range(9)),
        Rated(Dimension.VOLUME, 0.0),
        Rated(Dimension.VOLUME, 0.0),
    ]

    assert score(results).value < 0.6


def test_it_is_the_weighted_geometric_mean_of_what_was_measured():
    rated = score([Rated(Dimension.COMPLETENESS, 0.5), Rated(Dimension.UNIQUENESS, 0.8)])

    assert rated.value == pytest.approx((0.5**0.25 * 0.8**0.15) ** (1 / 0.4))
    assert rated.coverage == pytest.approx(0.4)
    assert rated.dimensions[Dimension.TIMELINESS] is None
    assert rated.formula == "geometric-1"


def test_perfect_data_scores_exactly_one():
    rated = score([Rated(dimension, 1.0, column) for dimension in Dimension for column in ("", "a", "b")])

    assert (rated.value, rated.coverage) == (1.0, pytest.approx(1.0))


def test_a_dimension_is_the_mean_over_columns_and_then_with_the_table():
    results = [
        Rated(Dimension.COMPLETENESS, 1.0, "a", weight=1),
        Rated(Dimension.COMPLETENESS, 0.5, "a", weight=4),
        Rated(Dimension.COMPLETENESS, 0.2, "b"),
        Rated(Dimension.COMPLETENESS, 0.8),
    ]

    assert score(results).dimensions[Dimension.COMPLETENESS] == pytest.approx(((0.6 + 0.2) / 2 + 0.8) / 2)


def test_many_good_columns_do_not_outweigh_the_table():
    wide = [Rated(Dimension.COMPLETENESS, 1.0, f"c{i}") for i in range(5000)]

    assert score([*wide, Rated(Dimension.COMPLETENESS, 0.0)]).value == pytest.approx(0.5)


def test_a_failed_critical_check_caps_the_score_and_carries_the_loss():
    rated = score(
        [
            Rated(Dimension.COMPLETENESS, 1.0),
            Rated(Dimension.VALIDITY, 0.99, outcome=Outcome.FAIL, critical=True),
        ]
    )

    assert rated.value == CRITICAL_CAP
    assert rated.points_lost == (0.0, pytest.approx(1 - CRITICAL_CAP))


def test_a_broken_check_lowers_coverage_not_the_score():
    good = Rated(Dimension.VALIDITY, 1.0, "a")
    broken = Rated(Dimension.VALIDITY, None, "b", outcome=Outcome.ERROR)
    rated = score([good, broken])

    assert rated.value == 1.0
    assert rated.coverage == pytest.approx(DEFAULT_WEIGHTS[Dimension.VALIDITY] / 2)


def test_nothing_measured_is_no_score():
    rated = score([Rated(Dimension.VOLUME, None, outcome=Outcome.NO_DATA)])

    assert (rated.value, rated.coverage, rated.points_lost) == (None, 0.0, (0.0,))


def test_a_column_counts_by_its_importance():
    results = [Rated(Dimension.VALIDITY, 0.2, "id"), Rated(Dimension.VALIDITY, 1.0, "city")]

    rated = score(results, importance=importance_of({"id": "high"}))

    assert rated.dimensions[Dimension.VALIDITY] == pytest.approx((3 * 0.2 + 1 * 1.0) / 4)


def test_an_ignored_column_costs_nothing_and_caps_nothing():
    results = [
        Rated(Dimension.VALIDITY, 0.1, "junk", outcome=Outcome.FAIL, critical=True),
        Rated(Dimension.VALIDITY, 0.9, "city"),
    ]

    rated = score(results, importance=importance_of({"junk": "ignored"}))

    assert rated.value == pytest.approx(0.9)
    assert rated.points_lost == (0.0, pytest.approx(0.1))


def test_the_score_names_the_critical_checks_that_cap_it():
    failed = Rated(Dimension.VALIDITY, 0.99, "a", outcome=Outcome.FAIL, critical=True)

    assert score([Rated(Dimension.VALIDITY, 1.0, "b"), failed]).capped_by == (1,)
    assert score([replace(failed, pass_rate=0.1)]).capped_by == ()


@settings(max_examples=200, deadline=None)
@given(results, importances, st.sets(st.integers(0, 29)))
def test_what_if_is_the_score_of_the_mended_results(results, importance, chosen):
    chosen = {index for index in chosen if index < len(results)}
    mended = [
        replace(r, pass_rate=1.0, outcome=Outcome.PASS)
        if i in chosen and r.pass_rate is not None and r.outcome != Outcome.ERROR
        else r
        for i, r in enumerate(results)
    ]

    told = WhatIf(results, importance=importance).fixed(chosen)

    assert told == pytest.approx(score(mended, importance=importance).value, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(results, importances)
@example([Rated(Dimension.VALIDITY, 1.0, "a"), Rated(Dimension.VALIDITY, 1 - 2**-53, "b")], {})
def test_the_waterfall_falls_from_one_to_the_score_at_every_level(results, importance):
    rated = score(results, importance=importance)
    steps = waterfall(results, rated.points_lost, WhatIf(results, importance=importance))

    fallen = 1 - sum(step.points for step in steps)
    assert fallen == pytest.approx(1.0 if rated.value is None else rated.value, abs=1e-9)
    for dimension in steps:
        assert sum(column.points for column in dimension.parts) == pytest.approx(dimension.points, abs=1e-9)
        for column in dimension.parts:
            assert sum(check.points for check in column.parts) == pytest.approx(column.points, abs=1e-9)
            assert column.if_fixed >= rated.value - 1e-9


def test_fixing_everything_gives_one():
    results = [Rated(Dimension.VALIDITY, 0.5, "email"), Rated(Dimension.TIMELINESS, 0.9)]

    assert WhatIf(results).fixed([0, 1]) == 1.0
    assert WhatIf(results).fixed([0]) == pytest.approx(0.9 ** (0.10 / 0.35))


def test_columns_without_a_validity_check_are_told():
    results = [
        Rated(Dimension.VALIDITY, 1.0, "a"),
        Rated(Dimension.VALIDITY, None, "b", outcome=Outcome.ERROR),
        Rated(Dimension.COMPLETENESS, 1.0, "c"),
    ]

    assert validity_coverage(results, ["a", "b", "c", "d"]) == 0.25
