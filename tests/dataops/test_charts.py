"""Chart data: honest about gaps, small enough to draw, refused when it does not fit together."""

import math

import pytest

from dataops.web.charts import MAX_POINTS, Quantile, Series, bars, distribution, line


def test_what_is_not_a_number_becomes_a_gap():
    data = line([1, 2, 3], [Series("score", [0.5, math.nan, math.inf])])

    assert data["series"][0]["values"] == [0.5, None, None]


@pytest.mark.parametrize(
    "broken", [{"series": [Series("a", [1])]}, {"links": ["/x"]}, {"series": [Series("a", [1, 2])] * 7}]
)
def test_parts_that_do_not_fit_are_refused(broken):
    with pytest.raises(ValueError):
        line(["mon", "tue"], **({"series": [Series("a", [1, 2])]} | broken))


def test_a_mark_must_stand_at_a_label():
    with pytest.raises(ValueError, match="deploy"):
        line(["mon"], [Series("a", [1])], marks=[("fri", "deploy")])


@pytest.fixture
def long_chart():
    """10,000 points around 0.9 with one dip, one gap, and an event."""
    values = [0.9 + 0.01 * math.sin(i) for i in range(10_000)]
    values[4321] = 0.1
    values[7000:7200] = [None] * 200
    return line(
        list(range(10_000)),
        [Series("score", values), Series("other", range(10_000))],
        marks=[(5555, "baseline changed")],
        links=[f"/runs/{i}/" for i in range(10_000)],
    )


def test_a_long_chart_is_thinned(long_chart):
    assert len(long_chart["labels"]) <= MAX_POINTS


def test_thinning_keeps_the_extremes_the_ends_and_the_gaps(long_chart):
    values = long_chart["series"][0]["values"]

    assert min(v for v in values if v is not None) == 0.1
    assert (long_chart["labels"][0], long_chart["labels"][-1]) == (0, 9_999)
    assert None in values


def test_thinning_keeps_all_rows_and_links_in_step(long_chart):
    assert long_chart["series"][1]["values"] == [float(label) for label in long_chart["labels"]]
    assert long_chart["links"] == [f"/runs/{label}/" for label in long_chart["labels"]]


def test_thinning_moves_an_event_to_the_nearest_point(long_chart):
    assert abs(long_chart["labels"][long_chart["marks"][0]["at"]] - 5555) <= 10_000 / MAX_POINTS * 2


def test_windows_of_different_sizes_are_compared_by_share():
    data = distribution([0, 10, 20], reference=[300, 100], current=[1, 3])

    assert data["labels"] == ["0 – 10", "10 – 20"]
    assert [series["values"] for series in data["series"]] == [[75.0, 25.0], [25.0, 75.0]]


def test_an_empty_window_has_no_shares():
    assert distribution(["a"], [0], [2])["series"][0]["values"] == [None]


def test_bars_say_which_way_they_lie():
    assert bars(["distance"], [Series("effect", [0.4])], horizontal=True)["horizontal"] is True


def test_a_band_is_two_series_one_after_the_other():
    data = line(["mon", "tue"], [Series("rows", [5, 9])], band=([None, 4], [None, math.inf]))

    assert [(one["role"], one["values"]) for one in data["series"][1:]] == [
        ("low", [None, 4]),
        ("high", [None, None]),
    ]


@pytest.mark.parametrize(
    ("edges", "at"),
    [
        ([0, 10, 20], [-0.5, 0.0, 1.5]),  # bins are centred at 0 and 1; what lies beyond stands at the end
        (["0", "5", "20"], [0.0, 1.0, 2.0]),  # a bar for each number
        (["low", "high"], []),
    ],
)
def test_quantiles_are_marked_where_their_values_stand_on_the_axis(edges, at):
    marks = [Quantile(0.05, None, -3.0), Quantile(0.5, None, 5.0), Quantile(0.95, None, 25.0)]
    bins = len(edges) - isinstance(edges[0], int)
    found = distribution(edges, [1] * bins, [1] * bins, marks)["quantiles"]

    assert [mark["at"] for mark in found["current"]] == at
    assert found["reference"] == []
