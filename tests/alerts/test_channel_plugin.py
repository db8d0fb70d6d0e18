"""The channel of docs/how-to/channel_plugins.md, installed by pip, is one like every other."""

import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from django.conf import settings

from alerts import services
from alerts.channels import CHANNELS
from alerts.enums import NotificationState as State
from alerts.models import Channel, Notification, Route
from dataops import plugins
from tests.alerts.helpers import breach, say
from tests.support.http import HttpSink, http_sink
from tests.support.packages import installed_package

pytestmark = pytest.mark.django_db

HOW_TO = Path(settings.BASE_DIR) / "docs" / "how-to"
EXAMPLE = HOW_TO / "example_channel"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    return installed_package(EXAMPLE, tmp_path_factory.mktemp("site"))


@pytest.fixture
def plugin(installed, monkeypatch) -> Iterator[plugins.Plugin]:
    monkeypatch.setattr(CHANNELS, "_by_key", dict(CHANNELS._by_key))
    monkeypatch.setattr(plugins, "LOADED", [])
    monkeypatch.syspath_prepend(installed)
    yield next(p for p in plugins.load(found=entry_points) if p.name == "tickets")
    sys.modules.pop("ticket_channel", None)


@pytest.fixture
def desk(settings) -> Iterator[HttpSink]:
    settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
    with http_sink() as server:
        yield server


@pytest.fixture
def channel(plugin, desk, client_as) -> Channel:
    """Set up on the page that was made from its params."""
    page = "/alerts/channels/new/tickets/"
    typed = {
        "name": "desk",
        "per_minute": 20,
        "enabled": "on",
        "url": f"{desk.url}/tickets",
        "queue": "data",
        "key": "k-secret",
    }
    assert "Where the tickets go." in client_as("operator").get(page).content.decode()
    assert client_as("operator").post(page, typed).status_code == 302
    made = Channel.objects.get(name="desk")
    Route.objects.get().channels.set([made])
    return made


def test_is_found_by_its_entry_point(plugin):
    assert (plugin.package, plugin.fault) == ("ticket-channel", "")
    assert CHANNELS["tickets"].label == "Help desk"


def test_opens_a_ticket_per_alert_and_hides_its_key(channel, desk):
    say(breach("a"), breach("b"))
    services.deliver_due()

    assert Notification.objects.get().state == State.SENT
    assert [request.json["title"] for request in desk.taken] == ["score 0.71 is under 0.80"] * 2
    assert desk.taken[0].headers["authorization"] == "Bearer k-secret"
    assert "k-secret" not in str(Channel.objects.values().get(pk=channel.pk))


def test_a_fault_in_the_middle_opens_nothing_twice(channel, desk):
    desk.answers = [201, 503]
    say(breach("a"), breach("b"))
    services.deliver_due()
    Notification.objects.update(not_before=Notification.objects.get().created_at)
    services.deliver_due()

    ids = [request.json["id"] for request in desk.taken]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_a_test_and_a_template_work_as_for_every_other(channel, desk, user):
    services.send_test(channel, by=user("operator"))
    services.save_template("tickets", subject="", body="Look at {{ first.subject }}", by=user("operator"))
    say(breach())
    services.deliver_due()

    assert [request.json["text"] for request in desk.taken] == [
        "A test. Nothing is wrong.",
        "Look at flights",
    ]


def test_the_guide_shows_the_example_as_it_is():
    guide = (HOW_TO / "channel_plugins.md").read_text()

    for name in ("pyproject.toml", "ticket_channel.py"):
        assert (EXAMPLE / name).read_text().strip() in guide
