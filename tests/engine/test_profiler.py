"""Profiles against pandas on real flights, and against themselves in other shapes."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.errors import Cancelled
from dataops.engine.profilers import MissingPolicy, profile
from dataops.engine.profilers.cells import Cells, text_hashes
from dataops.engine.readers import ArrowDataset, open_dataset, source
from dataops.engine.types import ColumnType
from tests.engine.tables import NA, flights_csv, flights_frame, profile_of, profile_text

ROWS = 20_000
NUMERIC = ["month", "dep_delay", "arr_delay", "air_time", "distance", "flight"]
CATEGORIES = ["carrier", "tailnum", "origin", "dest"]


@pytest.fixture(scope="module")
def flights(tmp_path_factory):
    return profile_text(tmp_path_factory.mktemp("csv") / "flights.csv", flights_csv(ROWS), missing=NA)


def test_every_column_has_the_counts_of_pandas(flights):
    frame = flights_frame(ROWS)

    assert (flights.rows, flights.duplicate_rows) == (len(frame), int(frame.duplicated().sum()))
    assert {c.name: (c.missing, c.distinct) for c in flights.columns} == {
        name: (int(frame[name].isna().sum()), frame[name].nunique()) for name in frame
    }


@pytest.mark.parametrize("name", NUMERIC)
def test_numbers_have_the_statistics_of_pandas(flights, name):
    values, column = flights_frame(ROWS)[name].dropna(), flights.column(name)

    assert column.type is ColumnType.INTEGER
    assert (column.minimum, column.maximum) == (values.min(), values.max())
    assert column.moments.mean == pytest.approx(values.mean(), rel=1e-12)
    assert column.moments.std == pytest.approx(values.std(), rel=1e-12)
    np.testing.assert_allclose(column.quantiles.values, values.quantile(column.quantiles.levels), rtol=1e-12)
    assert column.histogram.total == len(values)


@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("k", [1.5, 3.0])
def test_outliers_are_those_beyond_tukeys_fences(flights, name, k):
    values, column = flights_frame(ROWS)[name].dropna(), flights.column(name)
    q1, q3 = values.quantile([0.25, 0.75])
    beyond = (values < q1 - k * (q3 - q1)) | (values > q3 + k * (q3 - q1))

    if q1 == q3:
        assert column.outliers is None
    else:
        assert (column.outliers if k == 1.5 else column.far_outliers).count == beyond.sum()


@pytest.mark.parametrize("name", CATEGORIES)
def test_texts_have_the_most_frequent_values_of_pandas(flights, name):
    counts, column = flights_frame(ROWS)[name].value_counts(), flights.column(name)

    assert column.type is ColumnType.TEXT
    assert [n for _, n in column.frequent.values] == counts.head(100).tolist()
    assert all(counts[value] == n for value, n in column.frequent.values)
    assert column.frequent.other == counts.sum() - counts.head(100).sum()
    assert column.lengths.mean == pytest.approx(flights_frame(ROWS)[name].str.len().mean())


def test_times_are_read_in_utc(flights):
    column, first = flights.column("time_hour"), dt.datetime(2013, 1, 1, 10, tzinfo=dt.UTC)

    assert (column.type, column.minimum) == (ColumnType.DATETIME, "2013-01-01T10:00:00Z")
    assert column.quantiles.at(0) == first.timestamp()


def test_small_blocks_give_the_profile_of_one_block(flights, tmp_path, monkeypatch):
    monkeypatch.setattr(source.Source.chunks, "__defaults__", (50_000,))

    assert profile_text(tmp_path / "flights.csv", flights_csv(ROWS), missing=NA) == flights


def test_parquet_gives_the_statistics_of_the_csv_it_came_from(flights, tmp_path):
    path = tmp_path / "flights.parquet"
    pq.write_table(pa.Table.from_pandas(flights_frame(ROWS), preserve_index=False), path, row_group_size=7000)
    types = {column.name: column.type for column in flights.columns}
    columnar = profile(open_dataset(path), types=types)

    assert columnar.rows == flights.rows
    for column in flights.columns:
        typed = columnar.column(column.name)
        assert (typed.type, typed.missing, typed.distinct) == (column.type, column.missing, column.distinct)
        assert typed.histogram == column.histogram
        if column.moments:
            assert typed.moments.mean == pytest.approx(column.moments.mean, rel=1e-12)
            assert typed.moments.m2 == pytest.approx(column.moments.m2, rel=1e-12)


def test_like_a_reference_the_same_data_has_the_same_counts(flights, tmp_path):
    again = profile_text(tmp_path / "flights.csv", flights_csv(ROWS), missing=NA, like=flights)

    for reference, column in zip(flights.columns, again.columns, strict=True):
        assert column.histogram == reference.histogram
        assert column.frequent.values == reference.frequent.values


def test_like_a_reference_other_data_is_counted_on_its_edges_and_values():
    reference = profile_of({"x": [0.0, 1.0, 2.0, 3.0], "c": ["a", "a", "b", "b"]})
    current = profile_of({"x": [-5.0, 1.0, 9.0, None], "c": ["b", "z", "z", None]}, like=reference)

    x, c = current.columns
    assert x.histogram.edges == reference.column("x").histogram.edges
    assert (x.histogram.below, sum(x.histogram.counts), x.histogram.above) == (1, 1, 1)
    assert (c.frequent.values, c.frequent.new) == ((("a", 0), ("b", 1)), (("z", 2),))


def test_like_a_reference_the_widest_whole_numbers_are_counted():
    wide = [2**63 - 1, -(2**63), 1234567890123456789, 7]
    reference = profile_of({"x": wide, "id": ["a", "b", "c", "d"]})
    current = profile_of({"x": [*wide, wide[0], 8], "id": list("abcdef")}, like=reference).column("x")

    counts = dict(current.frequent.values)
    assert counts == {str(2**63 - 1): 2, str(-(2**63)): 1, "1234567890123456789": 1, "7": 1}
    assert (current.frequent.new, current.frequent.other) == ((("8", 1),), 1)


def test_a_label_wider_than_any_whole_number_is_on_no_value():
    reference = profile_of({"x": ["9999999999999999999", "7"]})
    current = profile_of({"x": [7, 9]}, like=reference).column("x")

    assert dict(current.frequent.values) == {"9999999999999999999": 0, "7": 1}


@pytest.mark.parametrize("rows", [100, 5_000, 200_000])
@pytest.mark.parametrize("write", ["{}.5", "2024-01-{:02}", "true"])
def test_typed_texts_that_are_not_what_is_expected_are_texts_and_nothing_third(rows, write):
    texts = [write.format(i % 28 + 1 if "-" in write else i) for i in range(rows)]
    column = profile_of({"x": texts}, types={"x": ColumnType.INTEGER}).column("x")

    assert (column.type, column.distinct, column.invalid) == (ColumnType.TEXT, len(set(texts)), 0)


@pytest.mark.parametrize("expected", [None, ColumnType.EMPTY, ColumnType.TEXT])
def test_texts_of_a_typed_table_stay_text_whatever_they_look_like(expected):
    column = profile_of({"x": ["0", "12", None]}, types={"x": expected} if expected else {}).column("x")

    assert (column.type, column.missing, dict(column.frequent.values)) == (
        ColumnType.TEXT,
        1,
        {"0": 1, "12": 1},
    )


def test_texts_of_a_typed_table_that_are_all_missing_leave_the_type_open():
    column = profile_of({"x": ["", None]}, types={"x": ColumnType.EMPTY}).column("x")

    assert (column.type, column.missing) == (ColumnType.EMPTY, 2)


TYPES = {
    "integers": (["1", "-2", "+3", " 4 "], "integer", 0),
    "floats": (["1", "2.5", ".5", "1e5"], "float", 0),
    "mostly integers": (["7"] * 19 + ["bad"], "integer", 1),
    "not mostly integers": (["7"] * 18 + ["bad"] * 2, "text", 0),
    "few decimals among integers": (["7"] * 19 + ["7.5"], "float", 0),
    "postcodes": ([f"{i:05d}" for i in range(9990, 10200)], "text", 0),
    "one odd zero": (["007", *map(str, range(100, 400, 7)), "5"], "integer", 1),
    "19 digits": (["1234567890123456789"] * 3, "text", 0),
    "18 digits": (["123456789012345678"] * 3, "integer", 0),
    "truth": (["true", "False", "TRUE"], "boolean", 0),
    "yes and no": (["yes", "no"], "text", 0),
    "dates": (["2024-02-29", "1999-12-31"], "date", 0),
    "no such day": (["2024-01-01"] * 19 + ["2023-02-29"], "date", 1),
    "dates and times": (["2024-01-01", "2024-01-01 10:30", "2024-01-01T10:30:05.5+02:00"], "datetime", 0),
    "day or month first": (["01/02/2024", "03/04/2024"], "text", 0),
    "decimal commas": (["1,5", "2,5"], "float", 0),
}


@pytest.mark.parametrize(("cells", "kind", "invalid"), TYPES.values(), ids=TYPES)
def test_a_type_is_what_nearly_all_values_read_as(tmp_path, cells, kind, invalid):
    text = "id;x\n" + "".join(f"r{i};{cell}\n" for i, cell in enumerate(cells))
    column = profile_text(tmp_path / "t.csv", text).column("x")

    assert (column.type, column.invalid) == (kind, invalid)
    assert column.missing + column.invalid + column.valid == column.rows == len(cells)


@pytest.mark.parametrize(("bad", "kind"), [(10, "integer"), (11, "text")])
def test_a_known_type_stays_while_half_of_the_values_read_as_it(tmp_path, bad, kind):
    cells = ["7"] * (20 - bad) + ["none"] * bad
    text = "id,x\n" + "".join(f"r{i},{cell}\n" for i, cell in enumerate(cells))
    column = profile_text(tmp_path / "t.csv", text, types={"x": ColumnType.INTEGER}).column("x")

    assert column.type == kind


def test_a_column_without_values_keeps_its_known_type():
    assert profile_of({"x": [None, None]}).column("x").type is ColumnType.EMPTY
    known = profile_of({"x": [None, None]}, types={"x": ColumnType.DATE}).column("x")
    assert (known.type, known.missing, known.missing_fraction) == (ColumnType.DATE, 2, 1.0)


POLICIES = {
    "default": (MissingPolicy(), 2),
    "spaces are values": (MissingPolicy(whitespace=False), 1),
    "tokens": (MissingPolicy(tokens=frozenset({"NA", "-"})), 4),
    "of the column": (
        MissingPolicy(frozenset({"-"}), columns={"country": MissingPolicy(frozenset({"NA"}))}),
        3,
    ),
    "of another column": (MissingPolicy(frozenset({"-"}), columns={"id": MissingPolicy()}), 3),
}


@pytest.mark.parametrize(("policy", "missing"), POLICIES.values(), ids=POLICIES)
def test_missing_is_what_the_policy_says(tmp_path, policy, missing):
    text = "id,country\n1,\n2,  \n3,NA\n4,-\n5,Nauru\n"

    assert profile_text(tmp_path / "t.csv", text, missing=policy).column("country").missing == missing


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", "\xa0", "\u2007", " \u200b\xa0", "\u3000"])
def test_spaces_nobody_sees_are_blank(tmp_path, blank):
    text = f"id,country\n1,{blank}\n2,FR{blank}\n3,\u200dx\n"

    assert profile_text(tmp_path / "t.csv", text).column("country").missing == 1
    kept = profile_text(tmp_path / "u.csv", text, missing=MissingPolicy(whitespace=False))
    assert kept.column("country").missing == 0


def test_a_number_that_means_missing_is_no_number_however_many_there_are(tmp_path):
    text = "id,price\n" + "".join(f"{i},{i}.5\n{i}, -999\n" for i in range(60_000))
    policy = MissingPolicy(columns={"price": MissingPolicy(tokens=frozenset({"-999"}))})

    price = profile_text(tmp_path / "t.csv", text, missing=policy).column("price")

    assert (price.missing, price.distinct, price.minimum) == (60_000, 60_000, 0.5)


def test_numbers_that_are_not_finite_are_present_but_in_no_statistic():
    column = profile_of({"x": [1.0, 3.0, float("nan"), float("inf"), -float("inf"), None]}).column("x")

    assert (column.missing, column.nan, column.infinite, column.valid, column.finite) == (1, 1, 2, 5, 2)
    assert (column.moments.mean, column.minimum, column.maximum) == (2.0, 1.0, 3.0)
    assert column.histogram.total == 2


def test_spellings_of_one_number_are_one_value(tmp_path):
    column = profile_text(tmp_path / "t.csv", "id,x\na,1\nb,1.0\nc,+1\nd,2.50\n").column("x")

    assert (column.distinct, column.frequent.values) == (2, (("1", 3), ("2.5", 1)))


def test_shapes_of_texts_are_counted():
    column = profile_of({"x": ["N14228", "N24211", "É1", None]}).column("x")

    assert column.patterns == (("A99999", 2), ("A9", 1))


def test_long_texts_are_kept_cut_but_told_apart():
    column = profile_of({"x": ["x" * 300 + "a", "x" * 300 + "b"]}).column("x")

    assert column.distinct == 2
    assert {len(value) for value, _ in column.frequent.values} == {200}


def test_arrow_types_of_every_kind_are_profiled():
    table = pa.table(
        {
            "category": pa.array(["a", "b", "a"]).dictionary_encode(),
            "decimal": pa.array([1, 2, None], pa.decimal128(9, 2)),
            "small": pa.array([1, 2, 3], pa.uint8()),
            "day": pa.array([dt.date(2024, 1, 1)] * 3),
            "moment": pa.array([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * 3, pa.timestamp("ns", "UTC")),
            "flag": pa.array([True, False, None]),
            "list": pa.array([[1], [1], [2]]),
            "nothing": pa.nulls(3),
        }
    )
    found = profile(ArrowDataset(table))

    assert [column.type.value for column in found.columns] == [
        *("text", "float", "integer", "date", "datetime", "boolean", "text", "empty")
    ]
    assert [column.distinct for column in found.columns] == [2, 2, 3, 1, 1, 2, 2, 0]


cells = st.one_of(st.none(), st.sampled_from(["", "a", "b", "ab", "ba", "x" * 70, "x" * 71]))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=30))
def test_duplicate_rows_are_the_surplus_over_distinct_rows(rows):
    left, right = zip(*rows, strict=True)
    table = pa.table({"x": pa.array(left, pa.string()), "y": pa.array(right, pa.string())})

    assert profile(ArrowDataset(table)).duplicate_rows == len(rows) - len(set(rows))


def test_a_text_has_the_same_hash_in_whatever_company():
    for text in ("", "short", "x" * 70, "y" * 1000):
        alone = text_hashes(Cells.of(pa.array([text])))
        beside = text_hashes(Cells.of(pa.array(["x" * 1000, text, "z"])))

        assert alone[0] == beside[1]


def test_progress_rises_to_one_and_may_cancel(tmp_path):
    path = tmp_path / "flights.csv"
    path.write_bytes(flights_csv(2000))
    seen = []
    profile(open_dataset(path), progress=lambda fraction, stage: seen.append(fraction))

    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def cancel(fraction, stage):
        raise Cancelled("stopped by hand")

    with pytest.raises(Cancelled):
        profile(open_dataset(path), progress=cancel)


def test_more_times_than_fit_one_arrow_chunk_are_one_column():
    """Nearly a million different times are over 16 MiB as text, where Arrow starts another chunk."""
    moments = np.datetime_as_string(np.arange(900_000).astype("datetime64[s]"))
    texts = pa.chunked_array([pa.array(half, pa.string()) for half in np.split(moments, 2)])

    found = profile(ArrowDataset(pa.table({"at": texts})), types={"at": ColumnType.DATETIME}).column("at")

    assert (found.type, found.distinct, found.rows) == (ColumnType.DATETIME, 900_000, 900_000)
    assert (found.minimum, found.maximum) == ("1970-01-01T00:00:00", "1970-01-11T09:59:59")
