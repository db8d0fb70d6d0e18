"""Webhook, Slack, Teams and PagerDuty: what arrives, who signed it, and what a refusal means."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from alerts import services
from alerts.channels import pagerduty
from alerts.enums import NotificationState as State
from alerts.models import Alert, Channel, Notification, Route
from dataops.web.models import AuditEvent
from tests.alerts.helpers import breach, ok, say
from tests.support.http import HttpSink, http_sink

pytestmark = pytest.mark.django_db

SECRET = "correct horse battery staple"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def sink(settings, monkeypatch) -> Iterator[HttpSink]:
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    settings.PUBLIC_URL = "https://dataops.example.com"
    with http_sink() as server:
        monkeypatch.setattr(pagerduty, "ENQUEUE", f"{server.url}/v2/enqueue")
        yield server


@pytest.fixture
def channel(user):
    """The only channel, with a route of everything to it."""

    def make(kind: str, **config) -> Channel:
        Route.objects.all().delete()
        made = services.create_channel(name=kind, kind=kind, config=config, by=user("operator"))
        services.create_route(name="everything", channels=[made], by=user("operator"))
        return made

    return make


def deliver(*findings) -> Notification:
    for finding in findings:
        say(finding)
        services.deliver_due()
    return Notification.objects.latest("pk")


class TestWebhook:
    def test_posts_the_alerts_with_a_signature_that_can_be_checked(self, sink, channel):
        channel("webhook", url=f"{sink.url}/hook", secret=SECRET)
        message = deliver(breach(message="12 of 19 columns lost points"))

        (request,) = sink.taken
        assert message.state == State.SENT
        assert request.path == "/hook"
        document = request.json
        assert (document["reason"], document["truncated"]) == ("opened", 0)
        alert = document["alerts"][0]
        assert alert["fingerprint"] == Alert.objects.get().fingerprint
        assert alert["url"] == f"https://dataops.example.com/alerts/{alert['id']}/"
        stamp = request.headers["x-dataops-timestamp"]
        signed = hmac.new(SECRET.encode(), f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
        assert request.headers["x-dataops-signature"] == f"v1={signed}"

    def test_names_the_message_the_same_on_every_try(self, sink, channel):
        channel("webhook", url=sink.url)
        sink.answers = [503]
        message = deliver(breach())
        assert message.state == State.RETRY
        Notification.objects.update(not_before=message.created_at)
        services.deliver_due()

        assert len({request.headers["x-dataops-delivery"] for request in sink.taken}) == 1
        assert Notification.objects.get().state == State.SENT
        assert "x-dataops-signature" not in sink.taken[0].headers

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            (200, State.SENT),
            (204, State.SENT),
            (302, State.DEAD),
            (404, State.DEAD),
            (410, State.DEAD),
            (408, State.RETRY),
            (429, State.RETRY),
            (500, State.RETRY),
            (503, State.RETRY),
        ],
    )
    def test_an_answer_decides_whether_it_is_tried_again(self, sink, channel, status, state):
        channel("webhook", url=sink.url)
        sink.answers = [status]

        assert deliver(breach()).state == state
        assert len(sink.taken) == 1  # a redirect leads nowhere

    def test_a_server_that_refuses_is_tried_again(self, settings, channel):
        settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
        channel("webhook", url="http://127.0.0.1:9/")

        message = deliver(breach())
        assert message.state == State.RETRY
        assert "did not answer" in message.error

    def test_private_addresses_are_refused_for_good(self, settings, channel):
        settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
        channel("webhook", url="http://127.0.0.1:8000/admin/")
        settings.OUTBOUND_ALLOW = []

        message = deliver(breach())
        assert message.state == State.DEAD
        assert "not a public address" in message.error

    def test_private_addresses_are_refused_when_they_are_entered(self, api, client_as):
        typed = {"name": "inside", "kind": "webhook", "config": {"url": "http://2130706433/hook"}}
        answer = api("operator").post("/api/v1/alerts/channels", typed, format="json")
        page = client_as("operator").post(
            "/alerts/channels/new/webhook/", {"name": "inside", "url": "http://[::1]/hook", "per_minute": 20}
        )

        fault = "is not a public address; an operator can allow it with DATAOPS_OUTBOUND_ALLOW."
        assert answer.json()["errors"] == [
            {"loc": ["body", "config", "url"], "msg": f"2130706433 {fault}", "code": "invalid"}
        ]
        assert (page.status_code, page.context["form"].errors["url"]) == (422, [f"::1 {fault}"])
        assert not Channel.objects.filter(name="inside").exists()


class TestSecrets:
    def test_are_sealed_and_never_shown_again(self, sink, channel, api, client_as):
        made = channel("webhook", url=sink.url, secret=SECRET)

        stored = Channel.objects.values().get(pk=made.pk)
        shown = api("operator").get(f"/api/v1/alerts/channels/{made.pk}").content.decode()
        page = client_as("operator").get(f"/alerts/channels/{made.pk}/").content.decode()
        assert SECRET not in str(stored) + shown + page + str(list(AuditEvent.objects.values()))
        assert '"secret":"***"' in shown.replace(" ", "")

    def test_stay_when_they_are_left_out(self, sink, channel, user):
        made = channel("webhook", url=sink.url, secret=SECRET)
        services.update_channel(made, config={"url": f"{sink.url}/new", "secret": ""}, by=user("operator"))
        deliver(breach())

        assert sink.taken[0].path == "/new"
        assert "x-dataops-signature" in sink.taken[0].headers

    def test_whose_key_is_gone_ask_to_be_entered_again(self, sink, channel, settings, client_as):
        made = channel("slack", url=f"{sink.url}/services/T/B/x")
        settings.SECRETS_KEYS = ["another key of thirty-two characters or more"]

        message = deliver(breach())
        assert message.state == State.DEAD
        assert "Enter it again" in message.error
        page = client_as("operator").get(f"/alerts/channels/{made.pk}/")
        assert "Enter it again" in page.content.decode()


class TestChat:
    def test_slack_shows_the_alert_with_its_link_and_calls_nobody(self, sink, channel):
        channel("slack", url=f"{sink.url}/services/T/B/x")
        deliver(breach(title="<!channel> & score 0.71 is under 0.80", message="half is missing"))

        text = sink.taken[0].json["blocks"][0]["text"]["text"]
        assert text.startswith("*CRITICAL* <https://dataops.example.com/alerts/")
        assert "&lt;!channel&gt; &amp; score 0.71" in text
        assert text.endswith("half is missing")

    def test_slack_shows_ten_and_counts_the_rest(self, sink, channel):
        channel("slack", url=sink.url)
        say(*(breach(f"kind{i}") for i in range(13)))
        services.deliver_due()

        blocks = sink.taken[0].json["blocks"]
        assert len(blocks) == 11
        assert "3 more" in blocks[-1]["text"]["text"]

    def test_teams_gets_a_card_of_plain_runs(self, sink, channel):
        channel("teams", url=sink.url)
        deliver(breach(title="score [low](http://evil) is under 0.80"), ok())

        opened, resolved = (request.json["attachments"][0]["content"] for request in sink.taken)
        assert opened["type"] == "AdaptiveCard"
        run = opened["body"][0]["inlines"][0]
        assert (run["type"], run["color"]) == ("TextRun", "Attention")
        assert "[low](http://evil)" in run["text"]
        assert resolved["body"][0]["inlines"][0]["color"] == "Good"

    @pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
    def test_a_test_says_that_nothing_is_wrong(self, sink, channel, user, kind):
        services.send_test(channel(kind, url=sink.url), by=user("operator"))
        services.deliver_due()

        assert Notification.objects.get().state == State.SENT
        assert "[TEST]" in sink.taken[0].body.decode() or "nothing is wrong" in sink.taken[0].body.decode()


class TestPagerDuty:
    def test_triggers_acknowledges_and_resolves_one_incident(self, sink, channel, user):
        channel("pagerduty", routing_key=KEY)
        deliver(breach())
        services.acknowledge(Alert.objects.get(), by=user("operator"))
        services.deliver_due()
        deliver(ok())

        events = [request.json for request in sink.taken]
        assert [event["event_action"] for event in events] == ["trigger", "acknowledge", "resolve"]
        assert {event["dedup_key"] for event in events} == {Alert.objects.get().fingerprint}
        assert {event["routing_key"] for event in events} == {KEY}
        assert events[0]["payload"]["severity"] == "critical"

    def test_what_was_accepted_is_not_sent_again(self, sink, channel):
        channel("pagerduty", routing_key=KEY)
        sink.answers = [202, 503]
        say(breach("a"), breach("b"))
        services.deliver_due()
        Notification.objects.update(not_before=Notification.objects.get().created_at)
        services.deliver_due()

        keys = [request.json["dedup_key"] for request in sink.taken]
        assert len(keys) == 3
        assert keys[1] == keys[2] != keys[0]

    def test_other_channels_do_not_hear_of_acknowledgements(self, sink, channel, user):
        channel("webhook", url=sink.url)
        deliver(breach())
        services.acknowledge(Alert.objects.get(), by=user("operator"))
        services.deliver_due()

        assert len(sink.taken) == 1


class TestDoors:
    @pytest.mark.parametrize(
        ("kind", "config", "field"),
        [
            ("webhook", {"url": "ftp://example.com"}, "url"),
            ("webhook", {"url": "https://user:pass@example.com/"}, "url"),
            ("slack", {}, "url"),
            ("pagerduty", {"routing_key": "short"}, "routing_key"),
            ("webhook", {"url": "https://example.com", "colour": "red"}, "colour"),
        ],
    )
    def test_api_names_the_setting_that_is_wrong(self, api, kind, config, field):
        body = {"name": "x", "kind": kind, "config": config}
        answer = api("operator").post("/api/v1/alerts/channels", body, format="json")

        assert answer.status_code == 422
        assert field in str(answer.json()["errors"])

    @pytest.mark.parametrize("kind", ["webhook", "slack", "teams", "pagerduty"])
    def test_page_of_each_kind_opens_and_saves(self, client_as, kind):
        secret = {"routing_key": KEY} if kind == "pagerduty" else {"url": "https://example.com/hook"}
        page = f"/alerts/channels/new/{kind}/"

        assert client_as("operator").get(page).status_code == 200
        assert client_as("operator").post(page, {"name": kind, "per_minute": 20} | secret).status_code == 302
        assert Channel.objects.filter(kind=kind).exists()


class TestTests:
    """Each kind is tested through each door, and the true answer is shown."""

    KINDS = ("webhook", "slack", "teams", "pagerduty", "apprise")

    @pytest.fixture
    def made(self, sink, channel, settings):
        settings.APPRISE_SCHEMAS = ["json"]

        def make(kind: str) -> Channel:
            addresses = {
                "pagerduty": {"routing_key": KEY},
                "apprise": {"url": sink.url.replace("http", "json")},
            }
            return channel(kind, **addresses.get(kind, {"url": sink.url}))

        return make

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(("status", "shown"), [(200, "Sent"), (404, "Given up"), (503, "Will try again")])
    def test_page_shows_what_was_answered(self, sink, made, client_as, kind, status, shown):
        one = made(kind)
        sink.answers = [status]
        page = one.get_absolute_url()
        client = client_as("operator")
        assert client.post(f"{page}test/").url == page
        assert 'hx-trigger="every 2s"' in client.get(page).content.decode()
        services.deliver_due()

        part = client.get(page, headers={"HX-Request": "true"}).content.decode()
        assert shown in part
        assert status == 200 or str(status) in part
        assert "every 2s" not in part or shown == "Will try again"
        assert KEY not in part

    @pytest.mark.parametrize("kind", KINDS)
    def test_api_and_admin_tell_it_as_well(self, sink, made, api, admin_client, kind):
        one = made(kind)
        sink.answers = [503]
        answer = api("operator").post(f"/api/v1/alerts/channels/{one.pk}/test")
        services.deliver_due()

        (attempt,) = api("operator").get(answer.json()["url"]).json()["attempts"]
        assert (attempt["outcome"], "503" in attempt["detail"]) == ("failed", True)
        page = admin_client.get(f"/admin/alerts/notification/{answer.json()['id']}/change/").content.decode()
        assert "503" in page


def test_the_code_of_the_guide_knows_our_requests_from_others(sink, channel, settings):
    guide = (Path(settings.BASE_DIR) / "docs" / "how-to" / "receive-webhooks.md").read_text()
    found: dict = {}
    exec(re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1], found)
    channel("webhook", url=sink.url, secret=SECRET)
    deliver(breach())
    (taken,) = sink.taken
    headers = {
        "X-DataOps-" + n.rpartition("-")[2].title(): v for n, v in taken.headers.items() if "dataops" in n
    }

    assert found["is_ours"](headers, taken.body, SECRET)
    assert not found["is_ours"](headers, taken.body + b" ", SECRET)
    assert not found["is_ours"](headers, taken.body, "another secret")
    assert not found["is_ours"](headers | {"X-DataOps-Timestamp": "1"}, taken.body, SECRET)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert not found["is_ours"](headers, taken.body, SECRET)  # the same request, played again
