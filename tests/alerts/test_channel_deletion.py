"""A channel that goes: what goes with it, and what stays."""

import pytest

from alerts import services
from alerts.models import Channel, Route
from alerts.services.delivery import claim, deliver
from tests.alerts.helpers import breach, say

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/alerts"
NEW = {"name": "On call", "kind": "email", "config": {"recipients": ["a@example.com"]}}


def test_is_deleted_with_what_waits_for_it_while_the_log_keeps_its_name(api):
    client, old = api("operator"), Channel.objects.get()
    other = services.create_channel(**NEW, by=None)
    route = Route.objects.get()
    steps = [
        {"after_minutes": 15, "channels": [old]},
        {"after_minutes": 30, "channels": [old, other]},
    ]
    services.update_route(route, steps=steps, by=None)
    say(breach())

    assert client.delete(f"{ROOT}/channels/{old.pk}").status_code == 204

    logged = client.get(f"{ROOT}/deliveries").json()["results"][0]
    assert (logged["status"], logged["error"]) == ("cancelled", "Its channel was deleted.")
    assert logged["channel"] == {"id": None, "name": "E-mail to administrators"}
    assert client.post(f"{ROOT}/deliveries/{logged['id']}/retry").status_code == 409
    shown = client.get(f"{ROOT}/routes/{route.pk}").json()
    assert (shown["channels"], [step["after_minutes"] for step in shown["steps"]]) == ([], [30])
    services.ensure_defaults()
    assert client.get(f"{ROOT}/channels").json()["count"] == 1


def test_a_message_that_is_just_being_sent_does_not_come_back_to_a_deleted_channel():
    say(breach())
    message = claim()
    services.delete_channel(message.channel, by=None)
    deliver(message)

    message.refresh_from_db()
    assert (message.state, message.addressed_to) == ("cancelled", "E-mail to administrators")
    assert services.deliver_due() == 0
