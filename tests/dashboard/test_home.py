"""The dashboard as people of each role meet it."""

import pytest
from django.urls import reverse

from alerts.services import acknowledge
from dashboard.presenters.trends import MEASURES
from dataops.web.accounts import ROLES
from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db
HOME = "/"


def part_headers(name: str, **more: str) -> dict[str, str]:
    """What htmx sends with a poll of ``<section id=name>``."""
    return {"HX-Request": "true", "HX-Target": f"section#{name}"} | more


@pytest.fixture
def busy(checked, compared, alarm) -> None:
    """One source in trouble, one fine, a model that drifts."""
    alarm(checked("orders", 0.5).source)
    checked("returns", 0.97, at=days_ago(8))
    compared("delays", drifted=True)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_sees_what_is_wrong_and_where(role, client_as, busy):
    page = client_as(role).get(HOME).content.decode()

    assert "Nobody is on it yet" in page
    for name in ("orders", "delays"):
        assert f">{name}</a>" in page
    assert page.count('class="tile"') == 6


def test_the_tiles_count_what_there_is(client_as, busy):
    tiles = {
        tile.label: (tile.value, [part.text for part in tile.parts], tile.state)
        for tile in client_as().get(HOME).context["tiles"]
    }

    assert tiles == {
        "Sources": ("2", ["1 failing", "1 healthy"], "failing"),
        "Average quality": ("0.735", ["−0.235 in a week"], ""),
        "Models": ("1", ["1 drifted"], "drifted"),
        "Open alerts": ("1", ["1 critical"], "critical"),
        "Jobs running": ("0", ["0 queued"], ""),
        "Checks in 24 h": ("1", ["1 alerts"], ""),
    }


def test_each_number_of_a_tile_leads_to_what_it_counts(client_as, busy, compared, alarm):
    compared("quiet")
    alarm(kind="quality.freshness", severity="warning", title="no file came")
    names = ("orders", "returns", "delays", "quiet", "score 0.71 is under 0.80", "no file came")
    client = client_as()
    tiles = client.get(HOME).context["tiles"]
    tables = {
        part.text: client.get(part.url).content.decode().partition("<tbody")[2]
        for tile in tiles
        for part in tile.parts
        if part.url != "/?show=quality&range=7d#trends"
    }

    assert {number: [name for name in names if f">{name}</a>" in tables[number]] for number in tables} == {
        "1 failing": ["orders"],
        "1 healthy": ["returns"],
        "1 drifted": ["delays"],
        "1 stable": ["quiet"],
        "1 critical": ["score 0.71 is under 0.80"],
        "1 warning": ["no file came"],
        "0 queued": [],
        "2 alerts": ["score 0.71 is under 0.80", "no file came"],
    }


def test_mild_drift_is_not_shown_in_red(client_as, compared):
    compared("delays", drifted=True, severity="info")
    page = client_as().get(HOME).content.decode()

    assert "Drifted" in page
    assert "pill-bad" not in page


def test_a_square_of_the_calendar_leads_to_the_last_check_of_the_day(client_as, checked):
    checked("returns", 0.99)
    first, last = checked("orders", 0.9, at=days_ago(3)), checked("orders", 0.5, at=days_ago(3))
    map = client_as().get(HOME).context["calendar"]
    worst, good = map.lines
    ((day, square),) = [pair for pair in zip(map.days, worst.squares, strict=True) if pair[1].url]

    assert [worst.source.name, good.source.name] == ["orders", "returns"]
    assert (day, square.text, square.tone) == (last.finished_at.date(), "50", "bad")
    assert square.url == last.get_absolute_url() != first.get_absolute_url()


def test_only_those_who_may_upload_are_offered_it(client_as, busy):
    link = f'href="{reverse("quality:upload")}"'

    assert link not in client_as("viewer").get(HOME).content.decode()
    assert link in client_as("editor").get(HOME).content.decode()


# First steps -----------------------------------------------------------------------------------


def test_a_new_installation_shows_three_steps_in_place_of_numbers(client_as, settings):
    settings.EMAIL_URL = ""
    answer = client_as("operator").get(HOME)

    assert [(step.title, step.done) for step in answer.context["steps"]] == [
        ("Upload data", False),
        ("Deploy a sample model", False),
        ("Let alerts find you", False),
    ]
    assert b"Open alerts" not in answer.content


def test_a_step_is_ticked_when_it_is_done_and_the_guide_goes_when_all_is_watched(
    client_as, checked, compared, settings
):
    settings.EMAIL_URL = "smtp://mail.example.com:25"
    client = client_as("operator")
    checked("orders")
    assert [step.done for step in client.get(HOME).context["steps"]] == [True, False, True]

    compared("delays")
    assert "steps" not in client.get(HOME).context


def test_a_viewer_is_offered_no_step(client_as):
    assert {step.url for step in client_as("viewer").get(HOME).context["steps"]} == {""}


# Period ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "chosen", "points"),
    [
        ("", "7d", 7),
        ("?range=24h", "24h", 24),
        ("?range=90d", "90d", 90),
        ("?range=year", "7d", 7),
        ("?since=2026-01-01&until=2026-01-10&range=30d", "", 10),
        ("?since=2025-01-01&until=2025-12-31", "", 92),
        ("?since=2026-01-10&until=2026-01-01", "7d", 7),
        ("?since=x&until=2026-01-01", "7d", 7),
    ],
)
def test_the_period_stands_in_the_address(query, chosen, points, client_as, busy):
    answer = client_as().get(HOME + query)

    assert answer.context["trend_form"].chosen == chosen
    assert answer.context["trend_form"].period.count == points


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("since=2026-01-10&until=2026-01-01", "within two years after the first"),
        ("since=2026-01-10", "both the first and the last day"),
        ("since=2026-01-10&until=2999-01-01", "must not be after today"),
    ],
)
def test_a_period_that_is_none_is_told(query, fault, client_as, busy):
    assert fault in client_as().get(f"{HOME}?{query}").content.decode()


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_a_chart_or_says_why_not(measure, client_as, busy):
    answer = client_as().get(f"{HOME}?show={measure}", headers=part_headers("trends"))
    page = answer.content.decode()

    drawn = answer.context["trend_chart"] is not None
    assert drawn == (measure in ("quality", "drift", "alerts"))
    assert (str(MEASURES[measure].empty) in page) != drawn
    assert f'show={measure}"' in page


def test_the_feed_is_narrowed_and_stays_so_when_it_is_polled(client_as, busy):
    answer = client_as().get(f"{HOME}?activity=drift", headers=part_headers("activity"))

    assert {line.kind for line in answer.context["feed"]} == {"drift"}
    assert 'hx-get="/?activity=drift&amp;shown=12"' in answer.content.decode()


def test_the_feed_is_made_longer_and_stays_so_when_it_is_polled(client_as, checked):
    for number in range(13):
        checked(f"orders {number}")
    client = client_as()
    short, long = (
        client.get(f"{HOME}?activity=checks{more}", headers=part_headers("activity"))
        for more in ("", "&shown=48")
    )

    assert (len(short.context["feed"]), len(long.context["feed"])) == (12, 13)
    assert "shown=48" in short.content.decode()
    assert 'hx-get="/?activity=checks&amp;shown=48"' in long.content.decode()


# Parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["standing", "trends", "activity"])
def test_htmx_gets_the_part_it_asks_for_alone(part, client_as, busy):
    answer = client_as().get(HOME, headers=part_headers(part)).content.decode().strip()

    assert answer.startswith("<section")
    assert answer.count("<section") == answer.count("</section>")
    assert f'id="{part}"' in answer
    assert "<html" not in answer


def test_a_part_is_sent_again_only_after_something_happened(client_as, busy, alarm, user):
    client = client_as()
    tag = client.get(HOME, headers=part_headers("standing"))["HX-PTag"]
    poll = part_headers("standing", **{"HX-PTag": tag})
    assert client.get(HOME, headers=poll).status_code == 304

    acknowledge(alarm(), by=user("operator"))
    assert client.get(HOME, headers=poll).status_code == 200


# Cost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_fifteen_queries_at_any_size(
    count, client_as, checked, compared, alarm, django_assert_max_num_queries
):
    for number in range(count):
        alarm(checked(f"orders {number}", 0.5).source)
        alarm(compared(f"delays-{number}", drifted=True).version.model, kind="drift.data")
    client = client_as("editor")

    with django_assert_max_num_queries(15):
        client.get(HOME)


def test_a_poll_without_news_costs_four_queries(client_as, busy, django_assert_num_queries):
    client = client_as()
    tag = client.get(HOME, headers=part_headers("activity"))["HX-PTag"]

    with django_assert_num_queries(4):  # session, user, feed, jobs
        client.get(HOME, headers=part_headers("activity", **{"HX-PTag": tag}))
