"""A number over runs: the band is the one the check used, and the page shows it without JavaScript."""

import json
import re

import pytest
from django.urls import reverse

from quality import services
from quality.models import CheckRun, DataSource, RunNumbers
from quality.services import trends
from tests.quality.conftest import HEADER, csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(uploaded, user) -> DataSource:
    """Seven usual runs of about 200 rows, a watched one of 100, and a usual one."""
    for i in range(7):
        run = uploaded(csv_bytes(200 + i, start=1000 * i))
    services.add_check(run.source, kind="volume_anomaly", by=user("editor"))
    uploaded(csv_bytes(100, start=9000))
    uploaded(csv_bytes(202, start=9500))
    return run.source


def page_of(client, source: DataSource, **asked: str) -> str:
    answer = client.get(reverse("quality:source_trend", args=[source.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def chart_of(page: str) -> dict[str, list[float | None]]:
    data = json.loads(re.search(r'<script id="metric-trend-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    return {series["name"]: series["values"] for series in data["series"]} | {"links": data["links"]}


def test_each_run_stands_beside_the_band_its_check_used(watched):
    points = services.metric_trend(watched, "row_count")

    assert [point.value for point in points] == [200, 201, 202, 203, 204, 205, 206, 100, 202]
    assert [point.band is None for point in points] == [True] * 7 + [False] * 2
    assert [point.unusual for point in points] == [False] * 7 + [True, False]
    for point in points[7:]:
        used = point.run.results.get(check_key="volume_anomaly").details
        assert (used["low"], used["high"], used["n"]) == (point.band.low, point.band.high, point.band.n)


def test_what_was_called_expected_is_marked_and_widens_later_bands(watched, user):
    before = services.metric_trend(watched, "row_count")[-1].band
    result = watched.runs.get(rows=100).results.get(check_key="volume_anomaly")
    services.expect_result(result, by=user("operator"))
    *_, half, last = services.metric_trend(watched, "row_count")

    assert (half.expected, half.unusual) == (True, True)
    assert before.low > 100 >= last.band.low


def test_a_cut_trend_keeps_its_bands_and_costs_four_queries(watched, monkeypatch, django_assert_num_queries):
    whole = services.metric_trend(watched, "row_count")
    for length in (2, 8):
        monkeypatch.setattr(trends, "RUNS_SHOWN", length)
        with django_assert_num_queries(4):
            assert services.metric_trend(watched, "row_count") == whole[-length:]


def test_page_draws_the_band_links_runs_and_says_it_all_in_a_table(watched, client_as):
    page = page_of(client_as("viewer"), watched)
    drawn, half = chart_of(page), watched.runs.get(rows=100)

    assert drawn["Rows"][-2:] == [100, 202]
    assert drawn["Unusual"] == [None] * 7 + [100, None]
    assert drawn["Expected from"][:7] == [None] * 7
    assert drawn["Expected from"][7] < 200 < drawn["Expected to"][7]
    assert drawn["links"][7] == half.get_absolute_url()
    row = re.search(rf'data-href="{half.get_absolute_url()}">.*?</tr>', page, re.DOTALL)[0]
    assert "Unusual" in row
    assert "the last 7 runs" in row
    assert "A rule of normal sensitivity watches this number." in page


def test_shares_of_a_column_are_drawn_in_percent(uploaded, client_as):
    gaps = csv_bytes(200, edit=lambda i, f: [*f[:2], "" if i < 50 else f[2], f[3]])
    source = uploaded(gaps).source

    assert chart_of(page_of(client_as(), source, column="price"))["Missing values"] == [25.0]
    assert "There is a band from the eighth run on." in page_of(client_as(), source, column="price")


def test_the_band_follows_the_sensitivity_of_the_rule(watched, user, client_as):
    normal = chart_of(page_of(client_as(), watched, column="price", metric="mean"))["Expected to"][-1]
    params = {"metric": "mean", "sensitivity": "low"}
    services.add_check(watched, kind="metric_anomaly", column="price", params=params, by=user("editor"))
    page = page_of(client_as(), watched, column="price", metric="mean")

    assert "A rule of low sensitivity" in page
    assert chart_of(page)["Expected to"][-1] >= normal


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"metric": "mean"}, "Rows"),
        ({"metric": "nonsense"}, "Rows"),
        ({"column": "name", "metric": "mean"}, "Missing values"),
        ({"column": "price", "metric": "row_count"}, "Missing values"),
    ],
)
def test_a_number_that_is_not_there_becomes_the_usual_one(uploaded, client_as, asked, shown):
    assert shown in chart_of(page_of(client_as(), uploaded().source, **asked))


def test_extremes_of_people_are_neither_offered_nor_shown(uploaded, client_as):
    rows = "".join(f"{i},item,{i % 28},2026-01-01\n" for i in range(200))
    source = uploaded((HEADER.replace("price", "birth_day") + rows).encode()).source
    page = page_of(client_as(), source, column="birth_day", metric="max")

    assert 'value="max"' not in page
    assert "Missing values" in chart_of(page)


def test_a_column_that_never_was_and_a_source_without_runs_say_so(uploaded, client_as):
    source = uploaded().source
    assert "No numbers yet" in page_of(client_as(), source, column="<nowhere>")
    RunNumbers.objects.all().delete()
    assert "No numbers yet" in page_of(client_as(), source)
    CheckRun.objects.all().delete()
    assert "No numbers yet" in page_of(client_as(), source)


def test_other_pages_lead_to_the_trend(watched, client_as):
    client, url = client_as(), reverse("quality:source_trend", args=[watched.pk])
    half = watched.runs.get(rows=100)

    assert (
        f'href="{url}?column=&amp;metric=row_count"' in client.get(half.get_absolute_url()).content.decode()
    )
    column = reverse("quality:run_column", args=[half.pk, 3])
    assert f'href="{url}?column=price"' in client.get(column).content.decode()
    assert (
        f'href="{url}?metric=duplicate_fraction"' in client.get(watched.get_absolute_url()).content.decode()
    )
