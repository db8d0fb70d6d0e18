"""What data proposes for itself, and that it keeps to it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.inspection import Plan, inspect
from dataops.engine.profilers import profile
from dataops.engine.readers import ArrowDataset, open_dataset
from dataops.engine.rows import LocalRows, Sandbox
from dataops.engine.suggest import (
    categories,
    decide,
    dependencies,
    formats,
    keys,
    learn,
    lengths,
    mappings,
    missing,
    orderings,
    ranges,
    shapes,
    structure,
    suggest,
    sums,
    times,
    wilson_upper,
)
from dataops.engine.suggest.suggestion import Suggestion
from dataops.engine.suggest.together import measure, measure_all
from dataops.engine.suggest.view import View, split
from dataops.engine.types import Outcome
from tests.engine.tables import flights_csv

RNG = np.random.default_rng(7)
AT = datetime(2026, 4, 11, tzinfo=UTC)


def view(columns):
    table = pa.table(columns)
    return View(profile(ArrowDataset(table)), table, AT)


def proposed(idea, columns):
    return [(s.spec.check, s.spec.column, dict(s.spec.params)) for s in idea.propose(view(columns))]


def texts(values, n=100):
    return [values[i % len(values)] for i in range(n)]


@given(st.integers(0, 50), st.integers(1, 5000))
def test_the_upper_bound_is_wilsons(failed, more):
    theirs = binomtest(failed, failed + more).proportion_ci(0.99012, method="wilson")
    assert wilson_upper(failed, failed + more) == pytest.approx(theirs.high, rel=1e-3)


def test_a_column_that_is_always_there_warns_of_the_first_gap():
    (found,) = missing.propose(view({"zip": ["12345"] * 200}))

    assert found.evidence == "zip: there in 200 of 200"
    assert found.spec.limits.warn == 0


def test_columns_and_types_are_one_rule():
    assert proposed(structure, {"a": list(range(40)), "b": ["x"] * 40}) == [
        ("schema", "", {"columns": ["a:integer", "b:text"]})
    ]


def test_a_key_is_found_and_a_pair_only_where_there_is_no_single_one():
    day, shop = texts(list(range(10))), [i // 10 for i in range(100)]

    assert proposed(keys, {"id": list(range(100)), "day": day}) == [("unique", "id", {})]
    assert proposed(keys, {"day": day, "shop": shop}) == [
        ("unique_together", "", {"columns": ["day", "shop"]})
    ]


def test_a_range_reaches_three_interquartile_ranges_and_not_below_nothing():
    values = [float(i) for i in range(101)] * 2  # quartiles 25 and 75

    assert proposed(ranges, {"x": values}) == [("value_range", "x", {"minimum": "0.0", "maximum": "225.0"})]


TAILS = {
    "exponential": lambda rng, n: rng.exponential(size=n),
    "lognormal": lambda rng, n: rng.lognormal(3.5, 0.8, n),
    "power": lambda rng, n: rng.pareto(2.2, n),
}


@pytest.mark.parametrize("draw", TAILS.values(), ids=TAILS)
def test_a_range_leaves_room_for_the_next_largest_value_of_a_long_tail(draw):
    """Half of all datasets go beyond the largest value of another one; a few in a hundred go beyond this."""
    rng, broken = np.random.default_rng(3), 0
    for _ in range(100):
        ((_, _, params),) = proposed(ranges, {"x": draw(rng, 2000)})
        broken += draw(rng, 2000).max() > float(params["maximum"])
    assert broken < 10


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20),
    st.sampled_from([1, 40]),
)
@settings(deadline=None, max_examples=60)
def test_a_range_of_any_numbers_holds_them_all(values, times):
    """Those next to 0 and next to the largest there is, too."""
    table = {"x": values * 40 + [None] * times}
    for _, _, params in proposed(ranges, table):
        assert float(params["minimum"]) <= min(values)
        assert float(params["maximum"]) >= max(values)


def test_a_key_is_none_where_chance_had_made_values_different():
    rng = np.random.default_rng(5)
    drawn = rng.choice(100_000, 400, replace=False)
    assert proposed(keys, {"zip": [f"{number:05}" for number in drawn]}) == []
    assert proposed(keys, {"customer": drawn}) == []
    assert proposed(keys, {"token": rng.integers(0, 2**60, 400)}) == [("unique", "token", {})]


def test_numbers_that_thin_out_are_no_list_and_grades_and_flags_are():
    items = [1] * 700 + [2] * 200 + [3] * 60 + [4] * 12
    assert proposed(categories, {"items": items}) == []
    grades, flags = texts([1, 2, 3, 4, 5], 200), [0] * 195 + [1] * 5
    assert [column for _, column, _ in proposed(categories, {"grade": grades, "flag": flags})] == [
        "grade",
        "flag",
    ]


def test_a_list_with_rare_values_lets_a_few_rows_have_others():
    common, rare = ["web"] * 900 + ["app"] * 100, ["web"] * 1998 + ["fax"] * 2
    (strict,), (loose,) = (categories.propose(view({"c": values})) for values in (common, rare))
    assert strict.spec.limits is None
    assert loose.spec.limits.warn == pytest.approx(wilson_upper(1, 2000))


def test_few_values_that_come_again_are_a_list_and_names_are_none():
    assert proposed(categories, {"c": texts(["b", "a"])}) == [("in_set", "c", {"values": ["a", "b"]})]
    assert proposed(categories, {"name": [f"name {i}" for i in range(100)]}) == []


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        ([f"{i:05}" for i in range(100)], "^(?:[0-9]{5})$"),
        ([f"AB-{i:03}" for i in range(100)], r"^(?:[A-Z]{2}\-[0-9]{3})$"),
    ],
)
def test_texts_written_alike_are_a_pattern(values, pattern):
    assert proposed(shapes, {"code": values})[0] == ("regex", "code", {"pattern": pattern})


def test_addresses_are_known_by_their_looks():
    assert proposed(formats, {"to": [f"user{i}@example.org" for i in range(60)]}) == [
        ("format", "to", {"name": "email"})
    ]


def test_texts_of_one_length_keep_it():
    assert proposed(lengths, {"x": ["abc", "xyz"] * 30}) == [
        ("text_length", "x", {"minimum": 3, "maximum": 3})
    ]


small = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=40)


@given(small)
def test_dependencies_are_counted_as_by_hand(rows):
    """Rows without the most frequent value of their group, group by group."""
    groups, values = (np.array(column) for column in zip(*rows, strict=True))
    by_hand = 0
    for group in set(groups.tolist()):
        inside = Counter(values[groups == group].tolist())
        by_hand += inside.total() - max(inside.values())

    found = decide(groups, values)
    assert (found.rows, found.groups, found.minority) == (len(rows), len(set(groups.tolist())), by_hand)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8))
def test_what_is_decided_is_found_and_what_is_not_is_not(seed, cities):
    rng = np.random.default_rng(seed)
    zips = rng.integers(0, 30, 300)
    table = {"zip": zips, "city": zips % cities, "noise": rng.integers(0, 9, 300)}
    found = {(tuple(p["determinant"]), p["dependent"]) for _, _, p in proposed(dependencies, table)}

    assert (("zip",), "city") in found
    assert not any("noise" in determinant or dependent == "noise" for determinant, dependent in found)


def test_a_few_broken_rows_do_not_hide_a_dependency():
    zips = texts(list(range(20)), 1000)
    city = [z // 2 for z in zips]
    city[5] = 99
    found = [
        s
        for s in dependencies.propose(view({"zip": zips, "city": city}))
        if s.spec.params["dependent"] == "city"
    ]

    assert [s.evidence for s in found] == ["zip decides city: 999 of 1,000"]


def mapped(table):
    return {tuple(s.slot.split("\0")) for s in mappings.propose(view(table))}


def test_a_mapping_knows_which_value_goes_with_which():
    land = texts(["DE", "FR", "I'T"], 120)
    ((check, _, params), *_) = proposed(mappings, {"land": land, "money": [x.lower() for x in land]})

    assert check == "expression"
    assert """WHEN 'DE' THEN "money" = 'de'""" in params["condition"]
    assert "'I''T'" in params["condition"]


def test_mappings_are_looked_for_among_the_first_columns_of_a_wide_table():
    land = texts(["DE", "FR", "IT"], 120)
    money = [x.lower() for x in land]
    others = {f"other_{i}": RNG.choice(["a", "b"], 120).tolist() for i in range(100)}

    assert mapped({"land": land, "money": money, **others}) == {("land", "money"), ("money", "land")}
    assert mapped({**others, "land": land, "money": money}) == set()


def test_orders_that_chance_would_break_are_rules():
    begin = RNG.integers(0, 1000, 200)
    end = begin + RNG.integers(0, 300, 200)

    assert proposed(orderings, {"begin": begin, "end": end}) == [
        ("compare_columns", "", {"left": "begin", "operator": "<=", "right": "end"})
    ]
    assert proposed(orderings, {"small": begin, "large": begin + 5000}) == []


def test_sums_are_found():
    net, tax = RNG.integers(1, 900, 100), RNG.integers(1, 90, 100)
    ((check, _, params),) = proposed(sums, {"net": net, "tax": tax, "gross": net + tax})

    assert (check, params["condition"]) == ("expression", 'abs("net" + "tax" - "gross") <= 0.005')


def test_a_daily_column_has_no_long_gaps_and_is_fresh():
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(100)]  # the last is 10 April, 24 h before AT

    assert proposed(times, {"day": days}) == [
        ("time_gaps", "day", {"maximum_gap_hours": 72.0}),
        ("freshness", "day", {"maximum_age_hours": 72.0}),
    ]


@pytest.fixture(scope="module")
def flights(tmp_path_factory):
    path = tmp_path_factory.mktemp("flights") / "flights.csv"
    path.write_bytes(flights_csv(1000))
    dataset = open_dataset(path)
    return dataset, profile(dataset)


def test_rules_hold_on_the_data_they_came_from(flights):
    dataset, found = flights
    rules = suggest(dataset, found)
    with Sandbox.opened() as sandbox:
        rows = LocalRows(sandbox, dataset, found)
        measured = [
            (rule, measure(rule, found, rows)) for rule in rules if rule.spec.check != "missing_values"
        ]

    assert len(rules) > 10
    assert {rule.spec.check for rule in rules} <= set(CHECKS.keys())
    broken = [(r.evidence, m.message) for r, m in measured if m and m.failed > max(1, 0.005 * m.evaluated)]
    assert broken == []


def test_the_same_data_gives_the_same_rules(flights):
    dataset, found = flights
    assert suggest(dataset, found) == suggest(dataset, found)


def test_a_handful_of_rows_proposes_nothing():
    table = pa.table({"x": [1, 2, 3]})
    assert learn(profile(ArrowDataset(table)), table) == ()


def test_halves_are_by_lot_and_make_the_whole():
    first, second = split(pa.table({"x": list(range(1001))}))

    assert sorted(first["x"].to_pylist() + second["x"].to_pylist()) == list(range(1001))
    assert abs(first.num_rows - second.num_rows) <= 1


def test_what_only_the_rows_looked_at_keep_is_not_proposed():
    """Every third row is looked at; the rows between them break what those keep."""
    n = 250_000
    rng = np.random.default_rng(7)
    postcode = rng.integers(0, 50, n)
    city = np.where((np.arange(n) % 3 == 1) & (rng.random(n) < 0.05), 999, postcode * 3)
    table = pa.table({"postcode": postcode, "city": city, "amount": rng.normal(size=n)})
    dataset = ArrowDataset(table)
    found = profile(dataset)

    rules = suggest(dataset, found)

    report = inspect(dataset, Plan(tuple(rule.spec for rule in rules)))
    assert len(rules) > 3
    assert [r.message for r in report.results if r.outcome in (Outcome.FAIL, Outcome.ERROR)] == []
    assert "functional_dependency" not in {rule.spec.check for rule in rules}


def test_rules_measured_together_say_what_each_says_alone_by_one_statement():
    names, n = ["code", "name", "mail", "amount"], 60
    table = pa.table(
        {
            "code": [f"AB-{i:03}" for i in range(n)],
            "name": texts(["red", "green", ""], n),
            "mail": texts(["a@b.example", "nobody"], n),
            "amount": list(range(n)),
        }
    )
    specs = [CheckSpec("regex", column=name, params={"pattern": "^[A-Z]+-[0-9]$"}) for name in names]
    specs += [CheckSpec("regex", column=name, params={"pattern": "[a-z0-9]"}) for name in names]
    specs += [
        CheckSpec("format", column="mail", params={"name": "email"}),
        CheckSpec("value_range", column="amount", params={"minimum": "5"}),
        CheckSpec("functional_dependency", params={"determinant": ["name"], "dependent": "mail"}),
        CheckSpec("unique", column="code"),
    ]
    rules = [Suggestion(spec, "", "", n, n) for spec in specs]
    refused = Suggestion(CheckSpec("regex", column="code", params={"pattern": "(?<=x)"}), "", "", n, n)
    dataset = ArrowDataset(table)
    found = profile(dataset)
    with Sandbox.opened() as sandbox:
        alone = LocalRows(sandbox, dataset, found)
        expected = [(rule, measure(rule, found, alone)) for rule in [*rules, refused]]
        rows = Counted(sandbox, dataset, found)

        assert list(measure_all(rules[:8], found, rows)) == expected[:8]
        assert rows.asked == 1
        assert list(measure_all(rules, found, rows)) == expected[:-1]
        assert list(measure_all([*rules, refused], found, rows)) == expected


class Counted(LocalRows):
    asked = 0

    def query(self, query):
        self.asked += 1
        return super().query(query)
