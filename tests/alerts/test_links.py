"""The link in the e-mail: one click to say "I am on it", and nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from alerts import services
from alerts.models import Alert, Channel
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(user):
    """Opens an alert and returns the link in the mail to an operator."""
    user("operator", username="grace", email="grace@example.com")
    Channel.objects.update(config={"recipients": ["grace@example.com"]})

    def get() -> str:
        say(breach())
        services.deliver_due()
        found = re.search(r"I am on it: \S+?(/alerts/acknowledge/\S+)", mail.outbox[-1].body)
        return found[1] if found else ""

    return get


def test_opening_it_changes_nothing_and_the_button_acknowledges(client, link):
    address = link()
    page = client.get(address)
    assert "Acknowledge as grace" in page.content.decode()
    assert Alert.objects.get().status == "open"

    token = page.context["token"]
    done = client.post("/alerts/acknowledge/", {"token": token})
    alert = Alert.objects.get()
    assert "grace is on it" in done.content.decode()
    assert (alert.status, alert.acknowledged_by.username) == ("acknowledged", "grace")


def test_all_alerts_of_the_run_are_acknowledged_at_once(client, user):
    user("operator", email="grace@example.com")
    say(breach("quality.other"), sequence=1)
    alert = say(breach("quality.a"), breach("quality.b"), sequence=2)
    address = services.links.acknowledge_link(alert.pk, "grace@example.com")
    page = client.get(address)
    assert "All 2 of Check run 2" in page.content.decode()

    done = client.post("/alerts/acknowledge/", {"token": page.context["token"], "all": "yes"})
    assert "2 alerts about flights" in done.content.decode()
    assert dict(Alert.objects.values_list("kind", "status")) == {
        "quality.other": "open", "quality.a": "acknowledged", "quality.b": "acknowledged",
    }  # fmt: skip


def test_it_is_in_the_html_as_well(link):
    link()

    assert ">I am on it</a>" in mail.outbox[-1].alternatives[0].content


def test_a_changed_link_is_refused(client, link):
    answer = client.get(link()[:-3] + "xyz")

    assert answer.status_code == 400
    assert "not whole" in answer.content.decode()


def test_it_is_too_old_after_a_week(client, link):
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC), tick=False) as clock:
        address = link()
        clock.shift(timedelta(days=8))
        assert "older than a week" in client.get(address).content.decode()


def test_of_an_episode_that_is_over_it_says_so(client, link):
    address = link()
    say(ok())
    say(breach())

    assert client.get(address).status_code == 409
    assert Alert.objects.get().status == "open"


def test_a_person_who_may_no_longer_act_cannot(client, link, user):
    address = link()
    from django.contrib.auth import get_user_model

    get_user_model().objects.filter(username="grace").update(is_active=False)
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("role", ["viewer", None])
def test_whoever_may_not_handle_alerts_gets_no_link(link, user, role):
    if role:
        user(role, username="vic", email="vic@example.com")
    Channel.objects.update(config={"recipients": ["vic@example.com"]})

    assert link() == ""


def test_the_end_of_an_alert_offers_none(link):
    link()
    say(ok())
    services.deliver_due()

    assert "I am on it" not in mail.outbox[-1].body
