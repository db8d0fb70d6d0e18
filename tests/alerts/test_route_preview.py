"""What a route would take is shown before it is saved."""

import pytest

from alerts import services
from alerts.models import Channel, Route
from tests.alerts.helpers import breach, say

pytestmark = pytest.mark.django_db

NEW = "/alerts/routes/new/"
API = "/api/v1/alerts/routes/preview"


@pytest.fixture
def slack(user) -> Channel:
    config = {"url": "https://hooks.slack.com/services/T/B/x"}
    return services.create_channel(name="Slack", kind="slack", config=config, by=user("operator"))


def form(*channels: Channel, **fields) -> dict:
    usual = {"name": "Critical", "position": 50, "interval_minutes": 5, "time_zone": "UTC", "digest_hour": 8}
    digest = {"digest": "daily", "digest_up_to": "info"}
    return usual | digest | {"channels": [channel.pk for channel in channels], "preview": "1"} | fields


def test_names_alerts_it_takes_where_they_go_and_why_and_saves_nothing(client_as, slack):
    say(breach("a", title="the score fell"), breach("b", severity="info", title="a mild one"))

    page = client_as("operator").post(NEW, form(slack, severity_at_least="warning")).content.decode()

    assert "of the newest <span" in page
    assert "severity at least warning" in page
    assert "the score fell" in page
    assert "a mild one" not in page
    assert not Route.objects.filter(name="Critical").exists()


def test_tells_what_comes_in_the_digest_and_what_an_earlier_route_tells_already(client_as, slack):
    say(breach(severity="info"))
    mail = Channel.objects.exclude(pk=slack.pk).get()

    told = (
        client_as("operator").post(NEW, form(slack, mail, position=200)).context["preview"].examples[0].told
    )

    assert [(one.channel.name, one.how, one.through and one.through.name) for one in told] == [
        ("E-mail to administrators", "digest", "Everything by e-mail"),
        ("Slack", "digest", None),
    ]


def test_a_route_that_is_changed_is_not_in_its_own_way(client_as):
    say(breach())
    route = Route.objects.get()
    client = client_as("operator")

    stored = client.get(route.get_absolute_url()).context["preview"]
    changed = client.post(route.get_absolute_url(), form(*route.channels.all(), kind="drift"))

    assert [one.through for one in stored.examples[0].told] == [None]
    assert changed.context["preview"].taken == 0


def test_follows_the_form_as_it_is_filled_in(client_as, slack):
    say(breach())
    htmx, client = {"HX-Request": "true"}, client_as("operator")

    begun = client.post(NEW, form(name=""), headers=htmx).content.decode()
    with_channel = client.post(NEW, form(slack, name=""), headers=htmx).content.decode()

    assert begun.lstrip().startswith("<section")
    assert "Choose a channel" in begun
    assert "Slack" in with_channel


def test_sections_that_say_something_are_open(client_as, slack, user):
    steps = [{"after_minutes": 15, "channels": [slack]}]
    route = services.create_route(name="nights", channels=[slack], steps=steps, by=user("operator"))

    shown = client_as("operator").get(route.get_absolute_url()).context["form"]

    assert {
        part.section.title for part in shown.in_sections() if part.section.is_folded and part.is_open
    } == {"Escalation"}


def test_scripts_ask_the_same(api, slack):
    say(breach(title="the score fell"))
    asked = {"name": "x", "match": {"kind": "quality"}, "channels": [slack.pk], "position": 50}

    answer = api("operator").post(API, asked, format="json").json()
    refused = api("viewer").post(API, asked, format="json")

    assert (answer["taken"], answer["looked_at"], answer["condition"]) == (1, 1, "Kind quality")
    (example,) = answer["examples"]
    assert example["alert"]["title"] == "the score fell"
    assert example["told"] == [
        {"channel": {"id": slack.pk, "name": "Slack"}, "how": "at once", "through": None}
    ]
    assert refused.status_code == 403
