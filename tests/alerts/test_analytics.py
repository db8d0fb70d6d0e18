"""How alerting does: counted by hand, and the list as a file."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts import selectors, services
from alerts.models import Alert
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def history(user):
    """Four episodes over two days: ten minutes to acknowledge one; over after 1, 2 and 3 hours, and never."""
    with time_machine.travel(START, tick=False) as clock:
        say(breach("a", severity="critical"))
        clock.shift(timedelta(minutes=10))
        services.acknowledge(Alert.objects.get(kind="a"), by=user("operator"))
        clock.shift(timedelta(minutes=50))
        say(ok("a"))
        for kind, hours in (("a", 2), ("c", 3)):
            say(breach(kind, severity="critical"))
            clock.shift(timedelta(hours=hours))
            say(ok(kind))
        clock.shift(timedelta(days=1))
        say(breach("b", severity="warning"))
        yield clock


def test_counts_and_times_are_those_of_the_episodes(history):
    found = selectors.analytics(days=7)

    assert (found.opened, found.resolved, found.by_itself, found.not_useful) == (4, 3, 3, 0)
    assert (found.by_itself_fraction, found.not_useful_fraction) == (1, 0)
    critical = found.reactions[0]
    assert (critical.severity, critical.episodes) == ("critical", 3)
    assert critical.acknowledge_median == 600
    assert (critical.resolve_median, critical.resolve_p90) == (2 * 3600, 3 * 3600)
    assert found.reactions[1].resolve_median is None
    assert [(d.opened, d.resolved) for d in found.days if d.opened or d.resolved] == [(3, 3), (1, 0)]


def test_a_period_leaves_out_what_opened_before_it(history):
    history.shift(timedelta(days=6))

    assert selectors.analytics(days=7).opened == 1


def test_what_ends_by_itself_after_one_report_is_advised_patience(history):
    [noise] = selectors.analytics(days=7).noisiest  # what opened once made none

    assert (noise.alert.kind, noise.episodes, noise.by_itself) == ("a", 2, 2)
    assert "would have spared 1 of 2" in noise.advice


def test_what_people_call_not_useful_is_advised_another_limit(user):
    for _ in range(2):
        say(breach("a"))
        services.resolve(Alert.objects.get(), resolution="false_positive", by=user("operator"))

    found = selectors.analytics(days=7)
    assert found.not_useful == 2
    assert "change its limit" in found.noisiest[0].advice


def test_doors(history, api, client_as):
    body = api("viewer").get("/api/v1/alerts/analytics?days=7").json()
    assert (body["opened"], body["noisiest"][0]["episodes"]) == (4, 2)
    assert api("viewer").get("/api/v1/alerts/analytics?days=0").status_code == 422
    page = client_as("viewer").get("/alerts/analytics/?days=7").content.decode()
    assert "would have spared 1 of 2" in page


def test_no_alert_at_all_is_a_page_as_well(client_as):
    assert "No alert in this time" in client_as("viewer").get("/alerts/analytics/").content.decode()


def test_export_holds_what_the_list_shows_and_no_formula(client_as):
    say(breach("a", title='=HYPERLINK("http://evil")'), breach("b"))
    say(ok("b"))
    answer = client_as("viewer").get("/alerts/export.csv")
    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))

    assert [row["kind"] for row in rows] == ["a"]
    assert rows[0]["title"].startswith("'=HYPERLINK")
    everything = client_as("viewer").get("/alerts/export.csv?status=all").getvalue().decode()
    assert len(everything.splitlines()) == 3


def test_cost_does_not_grow(history, django_assert_num_queries):
    with django_assert_num_queries(6):
        found = selectors.analytics(days=7)
    with django_assert_num_queries(2):  # nothing happened since
        assert selectors.analytics(days=7) == found
