"""A channel that goes: what goes with it, and what stays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from alerts import services
from alerts.models import Alert, Channel, Notification, Route
from alerts.services.delivery import claim, deliver
from tests.alerts.helpers import breach, say
from tests.support.waiting import eventually

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


def at_once(first: Callable[[], object], second: Callable[[], object]) -> None:
    """``second`` starts when ``first`` has written, which commits once ``second`` waits for it or is done."""
    written, done = Event(), Event()

    def holding() -> None:
        with transaction.atomic():
            first()
            written.set()
            eventually(lambda: done.is_set() or somebody_waits(), what="the second to wait")

    def following() -> None:
        written.wait(30)
        second()
        done.set()

    def alone(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for ending in [pool.submit(alone, holding), pool.submit(alone, following)]:
            ending.result()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("report_is_first", [True, False])
@pytest.mark.parametrize("goes", ["channel", "route"])
def test_what_is_deleted_while_a_report_writes_to_it_undoes_no_report(goes, report_is_first):
    services.ensure_defaults()

    def delete() -> None:
        if goes == "channel":
            services.delete_channel(Channel.objects.get(), by=None)
        else:
            services.delete_route(Route.objects.get(), by=None)

    def report() -> None:
        say(breach())

    at_once(report, delete) if report_is_first else at_once(delete, report)

    written = [(message.state, message.channel_id and "kept") for message in Notification.objects.all()]
    told = ("cancelled", None) if goes == "channel" else ("pending", "kept")
    assert Alert.objects.get().status == "open"
    assert written == ([told] if report_is_first else [])
