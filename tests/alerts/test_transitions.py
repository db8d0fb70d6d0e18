"""The moves of an alert as a table: what it was, what happens, what it is then, who hears of it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alerts import services, tasks
from alerts.models import Alert, Route
from tests.alerts.helpers import breach, kinds_of_events, no_data, ok, reasons_told, say

pytestmark = pytest.mark.django_db

KIND, OTHER = "quality.score", "quality.rows"
WHOLE = (KIND, OTHER)


def closed_rule() -> None:
    services.close_rule(subject_type="source", subject_id="7", kind=KIND, column="", method="", by=None)


class Life:
    """One alert, to which things happen that are written as words."""

    def __init__(self, user, clock) -> None:
        self.person, self.clock = user("operator"), clock
        self.words = {
            "critical": lambda: say(breach(KIND)),
            "warning": lambda: say(breach(KIND, severity="warning")),
            "good": lambda: say(ok(KIND)),
            "no-data": lambda: say(no_data(KIND)),
            "late-good": lambda: say(ok(KIND), sequence=1),
            "others-only": lambda: say(ok(OTHER), whole=WHOLE),
            "rule-closed": closed_rule,
            "acknowledged": lambda: services.acknowledge(self.alert, by=self.person),
            "resolved": lambda: services.resolve(self.alert, resolution="fixed", by=self.person),
            "worse": lambda: say(breach(KIND, value=0.6)),
            "hardly-worse": lambda: say(breach(KIND, value=0.705)),
            "snoozed": lambda: self.snooze(until=timezone.now() + timedelta(hours=5)),
            "snoozed-for-2": lambda: self.snooze(more_reports=2),
            "snoozed-unless-worse": lambda: self.snooze(worse=True),
            "a-day": self.wait,
        }

    @property
    def alert(self) -> Alert:
        return Alert.objects.get(kind=KIND)

    def snooze(self, **ends) -> None:
        services.snooze(self.alert, **ends, by=self.person)

    def wait(self) -> None:
        self.clock.shift(timedelta(hours=25))
        tasks.look_after_open()

    def happens(self, words: str) -> None:
        for word in words.split():
            self.words[word]()
            self.clock.shift(timedelta(minutes=1))


@pytest.fixture
def life(user):
    Route.objects.update(interval_minutes=0, digest="")
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as clock:
        yield Life(user, clock)


MOVES = [
    # Needed to open, before, happens, status, told, events
    (2, "", "critical", "pending", "", "pending"),
    (2, "critical", "good", "resolved", "", "cleared"),
    (2, "critical", "critical", "open", "opened", "opened"),
    (1, "", "critical", "open", "opened", "opened"),
    (1, "critical good", "critical", "open", "reopened", "reopened"),
    (1, "critical good", "good", "resolved", "", ""),
    (1, "critical", "critical", "open", "", ""),
    (1, "critical", "a-day", "open", "reminder", "told"),
    (1, "critical", "warning", "open", "", "eased"),
    (1, "critical warning", "critical", "open", "", "escalated"),
    (1, "warning acknowledged", "critical", "open", "escalated", "escalated"),
    (1, "critical", "acknowledged", "acknowledged", "", "acknowledged"),
    (1, "critical acknowledged", "a-day", "open", "lapsed", "lapsed"),
    (1, "warning acknowledged", "a-day", "acknowledged", "", ""),
    (1, "critical acknowledged", "good", "resolved", "resolved", "resolved"),
    (1, "critical", "resolved", "resolved", "resolved", "resolved"),
    (1, "critical", "no-data", "open", "", ""),
    (1, "critical", "late-good", "open", "", ""),
    (1, "critical", "others-only", "open", "", ""),
    (1, "critical others-only critical", "others-only", "open", "", ""),
    (1, "critical others-only", "others-only", "resolved", "resolved", "resolved"),
    (2, "critical others-only", "others-only", "resolved", "", "cleared"),
    (1, "critical", "rule-closed", "resolved", "resolved", "resolved"),
    (1, "critical", "snoozed", "open", "", "snoozed"),
    (1, "critical snoozed", "a-day", "open", "held_back", "woken"),
    (1, "warning snoozed", "critical", "open", "escalated", "escalated"),
    (1, "critical snoozed-for-2", "a-day", "open", "", ""),
    (1, "critical snoozed-for-2", "critical", "open", "", ""),
    (1, "critical snoozed-for-2 critical", "critical", "open", "held_back", "woken"),
    (1, "critical snoozed-for-2 critical warning", "critical", "open", "", "escalated"),
    (1, "critical snoozed-for-2 critical", "warning", "open", "held_back", "woken eased"),
    (1, "warning snoozed-for-2", "critical", "open", "escalated", "escalated"),
    (1, "critical snoozed-for-2", "good", "resolved", "resolved", "resolved"),
    (1, "critical snoozed-unless-worse", "critical hardly-worse", "open", "", ""),
    (1, "critical snoozed-unless-worse", "worse", "open", "held_back", "woken"),
    (1, "critical snoozed-unless-worse worse", "worse", "open", "", ""),
]


@pytest.mark.parametrize(("needed", "before", "happens", "status", "told", "events"), MOVES)
def test_what_moves_an_alert_and_who_hears_of_it(life, needed, before, happens, status, told, events):
    services.create_policy(name="p", match={"kind": KIND}, open_after=needed, by=life.person)
    life.happens(before)
    told_before = len(reasons_told())
    events_before = len(kinds_of_events(life.alert)) if before else 0

    life.happens(happens)

    assert life.alert.status == status
    assert reasons_told()[told_before:] == told.split()
    assert kinds_of_events(life.alert)[events_before:] == events.split()


def test_what_was_left_out_says_why_it_is_over(life):
    life.happens("critical others-only others-only")

    assert life.alert.get_resolution_display() == "Not evaluated any more"
    assert "did not look at it" in life.alert.events.last().comment


def test_the_same_report_again_does_not_count_as_another_that_left_it_out(life):
    life.happens("critical")
    for _ in range(3):
        say(ok(OTHER), sequence=10_000_000, whole=WHOLE)

    assert life.alert.status == "open"
