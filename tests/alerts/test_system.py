"""The product tells of its own parts that do not work."""

import pytest

from alerts.models import Alert, Notification
from alerts.services import SystemWatch
from dataops.web import health
from dataops.web.health import Part

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts(monkeypatch) -> dict[str, bool]:
    """What works, to be changed by the test."""
    working = {"scheduler": True, "jobs": True}
    looks = {name: lambda name=name: Part(name, ok=working[name], detail="seen") for name in working}
    monkeypatch.setattr(health, "LOOKS", looks)
    return working


def test_a_part_that_stays_silent_opens_an_alert_and_ends_it_when_it_speaks_again(parts):
    watch = SystemWatch()
    parts["scheduler"] = False
    watch.look()
    assert not Alert.objects.exists()
    watch.look()

    alert = Alert.objects.get()
    assert (alert.kind, alert.status, alert.severity) == ("system.scheduler", "open", "critical")
    assert alert.title == "The scheduler is silent"

    parts["scheduler"] = True
    watch.look()
    alert.refresh_from_db()
    assert alert.status == "resolved"
    assert list(Notification.objects.order_by("pk").values_list("reason", flat=True)) == [
        "opened",
        "resolved",
    ]


def test_a_backlog_is_a_warning(parts):
    watch = SystemWatch()
    parts["jobs"] = False
    watch.look()
    watch.look()

    assert Alert.objects.get().severity == "warning"


def test_one_bad_look_in_between_says_nothing(parts):
    watch = SystemWatch()
    for ok in (True, False, True, False, True):
        parts["scheduler"] = ok
        watch.look()

    assert not Alert.objects.exists()


def test_a_repeat_is_the_same_alert(parts):
    watch = SystemWatch()
    parts["scheduler"] = False
    for _ in range(5):
        watch.look()

    assert Alert.objects.get().count == 4
    assert Notification.objects.count() == 1


def test_everything_well_is_quiet(parts):
    SystemWatch().look()

    assert not Alert.objects.exists()
