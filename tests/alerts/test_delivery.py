"""The outbox: what must go out goes out, once, also when things die in between."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from alerts import services
from alerts.channels import CHANNELS, DeliveryError, NobodyToTell, Receipt
from alerts.enums import NotificationState as State
from alerts.models import Alert, Channel, DeliveryAttempt, Notification, Route
from alerts.models.notification import NotificationQuerySet
from alerts.selectors import looks
from alerts.services import delivery
from dataops.web import health
from tests.alerts.helpers import FLIGHTS, breach, kinds_of_events, ok, say

pytestmark = pytest.mark.django_db


class Pigeon:
    """A channel that does as it is told: each ``fault`` is raised once, then it delivers.

    ``on_the_way`` is called during each flight: what others do while one waits for the other side.
    """

    key, label = "pigeon", "Pigeon"

    def __init__(self) -> None:
        self.faults: list[Exception] = []
        self.sent: list = []
        self.on_the_way: Callable[[], object] = lambda: None

    @property
    def params(self) -> type:
        return CHANNELS["email"].params

    def send(self, message, config) -> Receipt:
        self.on_the_way()
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(message)
        return Receipt(detail="landed")


@pytest.fixture
def pigeon(monkeypatch) -> Pigeon:
    """A pigeon as the only channel."""
    bird = Pigeon()
    monkeypatch.setitem(CHANNELS._by_key, bird.key, bird)
    Route.objects.all().delete()
    channel = Channel.objects.create(name="The pigeon", kind="pigeon")
    Route.objects.create(name="All by pigeon", interval_minutes=0).channels.add(channel)
    return bird


def later(minutes: float = 0, **delta):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes, **delta), tick=True)


def the_message() -> Notification:
    return Notification.objects.get()


def test_a_due_message_is_sent_once(pigeon):
    say(breach())

    assert [services.deliver_due(), services.deliver_due()] == [1, 0]
    assert the_message().state == State.SENT
    assert [a.outcome for a in the_message().attempts.all()] == ["sent"]


def test_two_workers_never_claim_the_same_message(pigeon):
    say(breach())

    assert delivery.claim() is not None
    assert delivery.claim() is None


def test_while_one_message_is_being_sent_another_pass_ends_at_once_and_takes_nothing(pigeon):
    meanwhile = []
    pigeon.on_the_way = lambda: meanwhile.append((services.deliver_due(), len(pigeon.sent)))
    for kind in ("a", "b", "c"):
        say(breach(kind))

    assert services.deliver_due() == 3
    assert meanwhile == [(0, 0), (0, 1), (0, 2)]
    assert set(Notification.objects.values_list("state", "attempt")) == {(State.SENT, 1)}


def test_of_two_workers_that_find_nobody_sending_the_database_lets_one(pigeon, monkeypatch):
    monkeypatch.setattr(NotificationQuerySet, "sending", NotificationQuerySet.none)
    say(breach("a"))
    say(breach("b"))

    assert delivery.claim() is not None
    assert delivery.claim() is None
    assert sorted(Notification.objects.values_list("state", flat=True)) == [State.PENDING, State.SENDING]


def test_a_worker_killed_in_mid_send_stops_the_others_only_until_its_lease_is_over(pigeon):
    say(breach("a"))
    say(breach("b"))
    delivery.claim()  # and dies

    assert services.deliver_due() == 0
    with later(minutes=2):
        assert services.deliver_due() == 2


def test_a_failed_try_waits_and_is_made_again(pigeon):
    pigeon.faults = [DeliveryError("greylisted")]
    say(breach())

    services.deliver_due()
    waiting = the_message()
    assert (waiting.state, waiting.error, waiting.attempt) == (State.RETRY, "greylisted", 1)
    assert services.deliver_due() == 0

    with later(minutes=1):
        services.deliver_due()
    assert (the_message().state, the_message().attempt, the_message().error) == (State.SENT, 2, "")


def test_waiting_times_grow_to_an_hour_and_differ():
    longest = [max(delivery.backoff(n).total_seconds() for _ in range(200)) for n in (1, 2, 3, 4, 30)]

    for seconds, limit in zip(longest, (5, 20, 80, 320, 3600), strict=True):
        assert limit * 0.8 < seconds <= limit


def test_after_a_day_of_failures_the_message_is_given_up_and_that_is_seen(pigeon):
    alert = say(breach())
    pigeon.faults = [DeliveryError("no route to host")] * 2
    services.deliver_due()

    with later(hours=23, minutes=59.99):
        Notification.objects.update(not_before=timezone.now(), attempt=9)
        services.deliver_due()
        assert the_message().state == State.DEAD
        assert not looks.deliveries().ok
        assert "1 to The pigeon" in looks.deliveries().detail
    assert kinds_of_events(alert) == ["opened", "undelivered"]


def test_a_message_that_waited_longer_than_a_day_unsent_is_still_tried_once(pigeon):
    say(breach())

    with later(hours=30):
        services.deliver_due()

    assert the_message().state == State.SENT
    assert pigeon.sent[0].late_seconds > 29 * 3600


def test_what_is_refused_for_good_is_not_tried_again(pigeon):
    pigeon.faults = [DeliveryError("550 no such user", permanent=True)]
    say(breach())

    services.deliver_due()

    assert (the_message().state, the_message().attempts.get().outcome) == (State.DEAD, "refused")


def test_nobody_to_tell_is_no_failure(pigeon):
    pigeon.faults = [NobodyToTell("no recipient")]
    say(breach())

    services.deliver_due()

    assert the_message().state == State.CANCELLED
    assert looks.outbox().ok


def test_a_bug_in_a_channel_is_a_failed_try(pigeon):
    pigeon.faults = [ZeroDivisionError("oops")]
    say(breach())

    services.deliver_due()

    assert (the_message().state, the_message().error) == (State.RETRY, "ZeroDivisionError: oops")


def test_a_kind_that_is_not_installed_any_more_is_given_up(pigeon):
    Channel.objects.filter(kind="pigeon").update(kind="owl")
    say(breach())

    services.deliver_due()

    assert the_message().state == State.DEAD
    assert "no channel kind 'owl'" in the_message().error


def test_killed_between_send_and_settle_sends_again_under_the_same_id(pigeon, monkeypatch):
    say(breach())
    monkeypatch.setattr(delivery, "settle", lambda *args, **kwargs: None)  # the worker dies here
    services.deliver_due()
    monkeypatch.undo()
    monkeypatch.setitem(CHANNELS._by_key, "pigeon", pigeon)

    assert (the_message().state, services.deliver_due()) == (State.SENDING, 0)
    with later(minutes=2):
        services.deliver_due()

    assert the_message().state == State.SENT
    assert len({message.id for message in pigeon.sent}) == 1
    assert list(DeliveryAttempt.objects.values_list("number", "outcome")) == [(1, "lost"), (2, "sent")]


def test_a_worker_that_comes_back_after_its_lease_settles_nothing(pigeon):
    say(breach())
    slow = delivery.claim()
    with later(minutes=2):
        delivery.release_abandoned()
        quick = delivery.claim()
        delivery.deliver(slow)

        assert the_message().lease_token == quick.lease_token
        delivery.deliver(quick)
    assert the_message().state == State.SENT
    assert [a.outcome for a in the_message().attempts.all()] == ["lost", "sent"]


def test_one_failing_channel_does_not_hold_up_another(pigeon, user):
    user("admin", email="ada@example.com")
    channel = Channel.objects.get(kind="email")
    Route.objects.create(name="also by mail", position=200, interval_minutes=0).channels.add(channel)
    pigeon.faults = [DeliveryError("tired")] * 5
    for kind in ("a", "b", "c"):
        say(breach(kind))

    services.deliver_due()

    assert len(mail.outbox) == 3
    assert Notification.objects.filter(channel__kind="pigeon", attempt=1).count() == 1


def test_the_end_of_a_story_is_never_told_before_its_beginning(pigeon):
    pigeon.faults = [DeliveryError("tired")]
    say(breach())
    services.deliver_due()
    say(ok())
    say(breach("quality.rows"))

    services.deliver_due()
    assert [m.payload["alerts"][0]["reason"] for m in pigeon.sent] == ["opened"]  # of the other alert

    with later(minutes=1):
        services.deliver_due()
    told = [(m.payload["alerts"][0]["reason"], m.payload["alerts"][0]["status_now"]) for m in pigeon.sent]
    assert told == [("opened", "open"), ("opened", "resolved"), ("resolved", "resolved")]


def test_a_dead_message_opens_an_alert_that_leads_to_the_button_which_ends_it(pigeon, client_as, monkeypatch):
    monkeypatch.setattr(health, "LOOKS", {"deliveries": looks.deliveries})
    pigeon.faults = [DeliveryError("550", permanent=True)]
    watch, operator = services.SystemWatch(), client_as("operator")
    watch.look()
    say(breach())
    services.deliver_due()
    dead = the_message()

    for _ in range(2):
        watch.look()
    alert = Alert.objects.get(kind="system.deliveries")
    page = operator.get(alert.evidence_url).content.decode()
    button = f"/alerts/deliveries/{dead.pk}/retry/"
    assert (alert.status, "1 to The pigeon" in alert.message, button in page) == ("open", True, True)

    operator.post(button)
    services.deliver_due()
    watch.look()

    dead.refresh_from_db()
    alert.refresh_from_db()
    assert (dead.state, dead.attempt, alert.status) == (State.SENT, 2, "resolved")


def test_a_sent_message_cannot_be_sent_again(pigeon, user):
    say(breach())
    services.deliver_due()

    with pytest.raises(services.Conflict):
        services.retry(the_message(), by=user("operator"))


def test_a_backlog_is_seen(pigeon):
    say(breach())
    assert looks.outbox().ok

    with later(minutes=6):
        assert not looks.outbox().ok
        samples = {s.name: s.value for metric in looks.metrics() for s in metric.samples}
    assert samples["dataops_outbox_wait_seconds"] > 300
    assert samples["dataops_notifications"] == samples["dataops_alerts"] == 1


def test_a_commit_nudges_the_worker_once(pigeon, monkeypatch, django_capture_on_commit_callbacks):
    from dataops.web import queue

    published = []
    monkeypatch.setattr(queue, "publish", lambda task, **options: published.append((task, options)))
    with django_capture_on_commit_callbacks(execute=True):
        say(breach("a"), breach("b"), subject=FLIGHTS)

    assert published == [("alerts.deliver_due", {"queue": "fast"})]


def test_the_task_that_is_nudged_exists():
    from celery import current_app

    current_app.loader.import_default_modules()
    assert "alerts.deliver_due" in current_app.tasks
