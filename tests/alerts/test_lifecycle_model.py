"""Random lives of two alerts, against a reference model that is too small to be wrong."""

from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from alerts import services
from alerts.models import Alert, AlertEvent, Notification, Route
from alerts.selectors import counts_by_severity
from tests.alerts.helpers import breach, no_data, ok, say

RANKS = {"info": 0, "warning": 1, "critical": 2}
FINDINGS = {"breach": breach, "ok": ok, "no_data": no_data}


@dataclass
class Life:
    """What one alert should be after what happened to it."""

    status: str = "none"
    severity: str = ""
    count: int = 0
    episodes: int = 0
    newest: int = 0
    taken: int = 0
    worst: str = ""
    told: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)

    def report(self, state: str, severity: str, sequence: int) -> None:
        if state == "no_data" or sequence < self.newest:
            return
        self.newest = sequence
        over = self.status in ("none", "resolved")
        if sequence <= self.taken or (over and state == "ok"):
            return
        self.taken = sequence
        if state == "ok":
            self._over()
            return
        self.count += 1
        if over:
            self._begin("opened" if self.status == "none" else "reopened", severity)
        elif RANKS[severity] > RANKS[self.worst]:
            self.status, self.severity, self.worst = "open", severity, severity
            self._tell("escalated")
        elif severity != self.severity:
            worse = RANKS[severity] > RANKS[self.severity]
            self.severity = severity
            self.happened.append("escalated" if worse else "eased")

    def handle(self, action: str) -> bool:
        """Whether the action is possible."""
        if action == "acknowledge" and self.status == "open":
            self.status = "acknowledged"
        elif action == "resolve" and self.status in ("open", "acknowledged"):
            self._over()
        elif action == "reopen" and self.status == "resolved":
            self._begin("reopened", self.severity)
        else:
            return False
        return True

    def _begin(self, reason: str, severity: str) -> None:
        self.status, self.severity, self.worst = "open", severity, severity
        self.episodes += 1
        self._tell(reason)

    def _over(self) -> None:
        self.status = "resolved"
        self._tell("resolved")

    def _tell(self, reason: str) -> None:
        self.told.append(reason)
        self.happened.append(reason)


kinds = st.sampled_from(["score", "rows"])
reports = st.tuples(
    st.just("report"),
    kinds,
    st.sampled_from(["breach", "breach", "ok", "no_data"]),
    st.sampled_from(list(RANKS)),
    st.integers(-3, 1),
)
actions = st.tuples(st.just("act"), kinds, st.sampled_from(["acknowledge", "resolve", "reopen"]))
steps = st.lists(st.one_of(reports, reports, actions), max_size=25)


class LivesAgreeWithTheModel(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def test_any_life(self, steps):
        Route.objects.update(interval_minutes=0, digest="")
        lives = {"score": Life(), "rows": Life()}
        person = get_user_model().objects.create(username="ada")
        clock = 100
        for step in steps:
            life = lives[step[1]]
            if step[0] == "report":
                _, kind, state, severity, ahead = step
                sequence, clock = clock + ahead, max(clock, clock + ahead)
                finding = FINDINGS[state]
                say(
                    finding(kind, severity=severity) if state == "breach" else finding(kind),
                    sequence=sequence,
                )
                life.report(state, severity, sequence)
            else:
                assert self.act(step[1], step[2], person) == life.handle(step[2])
            self.compare(lives)

    def act(self, kind: str, action: str, person) -> bool:
        alert = Alert.objects.filter(kind=kind).first()
        arguments = {"resolution": "other"} if action == "resolve" else {}
        try:
            if alert is None:
                return False
            getattr(services, action)(alert, by=person, **arguments)
        except services.Conflict:
            return False
        return True

    def compare(self, lives: dict[str, Life]) -> None:
        known = {kind: life for kind, life in lives.items() if life.status != "none"}
        assert set(Alert.objects.values_list("kind", flat=True)) == set(known)
        for alert in Alert.objects.all():
            life = known[alert.kind]
            found = (alert.status, alert.severity, alert.count, alert.episodes.count(), alert.last_sequence)
            assert found == (life.status, life.severity, life.count, life.episodes, life.taken)
            assert alert.episodes.open().count() == (life.status != "resolved")
            told = Notification.objects.filter(episodes__alert=alert).order_by("pk")
            assert list(told.values_list("reason", flat=True)) == life.told
            assert self.events(alert) == life.happened
        unresolved = sum(life.status in ("open", "acknowledged") for life in known.values())
        assert sum(counts_by_severity().values()) == unresolved

    def events(self, alert: Alert) -> list[str]:
        events = AlertEvent.objects.filter(alert=alert).exclude(kind="acknowledged")
        return list(events.values_list("kind", flat=True))
