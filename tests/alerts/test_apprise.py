"""The channel that speaks through Apprise: what arrives, what is refused, and what a refusal means."""

from collections.abc import Iterator

import pytest
from apprise.manager_plugins import NotificationManager
from django.core.exceptions import ValidationError

from alerts import services
from alerts.channels.apprise import PUBLIC_SERVICES
from alerts.enums import NotificationState as State
from alerts.models import Channel, Notification, Route
from tests.alerts.helpers import breach, ok, say
from tests.support.http import HttpSink, http_sink

pytestmark = pytest.mark.django_db

DISCORD = "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz_secret"


@pytest.fixture
def sink(settings) -> Iterator[HttpSink]:
    """A server in a private network, with what an operator sets to let channels reach it."""
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    settings.APPRISE_SCHEMAS = ["json"]
    settings.PUBLIC_URL = "https://dataops.example.com"
    with http_sink() as server:
        yield server


@pytest.fixture
def channel(user):
    """The only channel, with a route of everything to it."""

    def make(address: str) -> Channel:
        Route.objects.all().delete()
        made = services.create_channel(
            name="phones", kind="apprise", config={"url": address}, by=user("operator")
        )
        services.create_route(name="everything", channels=[made], by=user("operator"))
        return made

    return make


def json_address(sink: HttpSink, query: str = "") -> str:
    return f"{sink.url.replace('http', 'json')}/hook{query}"


def deliver(*findings) -> Notification:
    for finding in findings:
        say(finding)
        services.deliver_due()
    return Notification.objects.latest("pk")


def test_sends_title_text_and_how_bad_it_is(sink, channel):
    channel(json_address(sink))
    message = deliver(breach(message="12 of 19 columns lost points"), ok())

    opened, resolved = (request.json for request in sink.taken)
    assert message.state == State.SENT
    assert opened["title"] == "[CRITICAL] flights: score 0.71 is under 0.80"
    assert "12 of 19 columns lost points" in opened["message"]
    assert "https://dataops.example.com/alerts/" in opened["message"]
    assert (opened["type"], resolved["type"]) == ("failure", "success")


def test_a_column_called_everyone_calls_nobody(sink, channel):
    channel(json_address(sink))
    deliver(breach(title="@everyone <!channel> is empty"))

    text = sink.taken[0].json["title"] + sink.taken[0].json["message"]
    assert "@everyone" not in text
    assert "<!channel>" not in text


def test_a_test_says_that_nothing_is_wrong(sink, channel, user):
    services.send_test(channel(json_address(sink)), by=user("operator"))
    services.deliver_due()

    assert "nothing is wrong" in sink.taken[0].json["message"]


@pytest.mark.parametrize(
    ("status", "state"),
    [(302, State.DEAD), (404, State.DEAD), (429, State.RETRY), (500, State.RETRY)],
)
def test_an_answer_decides_whether_it_is_tried_again(sink, channel, status, state):
    channel(json_address(sink, "?redirect=yes"))
    sink.answers = [status]
    message = deliver(breach())

    assert (message.state, str(status) in message.error) == (state, True)
    assert len(sink.taken) == 1


def test_private_addresses_are_refused_for_good_when_it_connects(sink, channel, settings):
    channel(json_address(sink))
    settings.OUTBOUND_ALLOW = []
    message = deliver(breach())

    assert message.state == State.DEAD
    assert "127.0.0.1, which is not a public address" in message.error
    assert sink.taken == []


@pytest.mark.parametrize("name", ["template", "Template", "%74emplate"])
def test_files_of_the_server_stay_where_they_are(channel, name):
    with pytest.raises(ValidationError, match="may not name a template="):
        channel(f"{DISCORD}/?{name}=file:///etc/hostname")


def test_a_schema_that_is_no_longer_allowed_is_refused(sink, channel, settings):
    channel(json_address(sink))
    settings.APPRISE_SCHEMAS = []

    assert deliver(breach()).state == State.DEAD


def test_what_it_says_is_logged_without_the_keys_of_the_address(sink, channel, capfd):
    channel(json_address(sink, "/sEcReT-token"))
    sink.answers = [404]
    message = deliver(breach())

    assert "404" in message.error
    assert "sEcReT" not in message.error + capfd.readouterr().err


class TestDoors:
    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("json://127.0.0.1/", "are not allowed"),
            ("syslog://", "are not allowed"),
            ("file:///etc/passwd", "are not allowed"),
            ("hello", "without a service"),
            ("discord://only-half", "cannot read this discord:// address"),
            ("", "required"),
            ("xml://10.0.0.1/only-half", "10.0.0.1 is not a public address"),
        ],
    )
    def test_api_refuses_an_address_without_repeating_it(self, api, settings, address, words):
        settings.APPRISE_SCHEMAS = ["xml"]
        body = {"name": "x", "kind": "apprise", "config": {"url": address}}
        answer = api("operator").post("/api/v1/alerts/channels", body, format="json")

        assert answer.status_code == 422
        assert words in str(answer.json()["errors"])
        assert "only-half" not in str(answer.json())

    def test_page_saves_it_and_shows_it_never_again(self, client_as):
        page = "/alerts/channels/new/apprise/"
        typed = {"name": "phones", "url": DISCORD, "per_minute": 20}
        assert client_as("operator").post(page, typed).status_code == 302

        made = Channel.objects.get(name="phones")
        shown = client_as("operator").get(f"/alerts/channels/{made.pk}/").content.decode()
        assert "_secret" not in shown + str(made.config) + str(made.secrets)
        assert "leave empty to keep" in shown

    def test_what_is_allowed_from_the_start_is_known_to_apprise(self):
        assert set(NotificationManager().schemas()) >= PUBLIC_SERVICES
