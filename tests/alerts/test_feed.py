"""The feed of alerts, and how alerts like one ended before."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from alerts import services
from alerts.services import Subject
from dataops.web import logs, tokens
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def feed(user, client):
    def read(query: str = "", *, scope: str = "read"):
        token, text = tokens.issue(user=user("viewer"), name="reader", scope=scope)
        return token, lambda: client.get(reverse("alerts:alert_feed", args=[text]) + query)

    return read


def titles(response) -> list[str]:
    entries = ElementTree.fromstring(response.content).iter(f"{ATOM}entry")
    return [entry.findtext(f"{ATOM}title") or "" for entry in entries]


def test_feed_tells_what_is_open_and_what_is_over(feed):
    say(breach("a", title="grave <b>&"), breach("b", title="mild", severity="info"))
    say(ok("b"))
    _, read = feed()

    assert sorted(titles(read())) == ["[critical] flights: grave <b>&", "[resolved] flights: mild"]


def test_feed_takes_the_filters_of_the_list(feed):
    say(breach("a", title="grave"), breach("b", title="mild", severity="info"))
    _, read = feed("?severity=info")

    assert titles(read()) == ["[info] flights: mild"]


def test_feed_ends_with_its_token_and_takes_none_that_may_write(feed, user):
    token, read = feed()
    assert read().status_code == 200
    tokens.revoke(token, by=token.user)
    assert read().status_code == 404

    _, of_writer = feed(scope="write")
    assert of_writer().status_code == 404


def test_the_token_of_a_feed_is_not_logged(user):
    _, text = tokens.issue(user=user("viewer"), name="reader", scope="read")

    said = logs.mask_secrets(None, "info", {"request": f"GET /alerts/feed/{text}.atom"})
    assert said == {"request": "GET /alerts/feed/***.atom"}


def test_the_page_says_how_people_ended_alerts_of_the_same_rule(client_as, user):
    by = user("operator")
    other = say(breach("quality.rows"), subject=Subject("source", "8", "orders"))
    services.resolve(other, resolution="fixed", comment="asked for a new file", by=by)
    say(breach("quality.rows"), subject=Subject("source", "9", "trips"))
    say(ok("quality.rows"), subject=Subject("source", "9", "trips"))
    alert = say(breach("quality.rows"))

    page = client_as("viewer").get(alert.get_absolute_url())
    assert [episode.alert for episode in page.context["endings"]] == [other]
    assert "asked for a new file" in page.content.decode()
