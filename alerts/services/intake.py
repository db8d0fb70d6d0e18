"""One report on its way into the alerts."""

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.enums import EventKind, Resolution, Severity, Status
from alerts.models import Alert, AlertEvent, Episode
from alerts.services import lifecycle, waking
from alerts.services.identity import Evidence, Subject, entity_line, identity, plain
from alerts.services.lifecycle import Change, Move, decide
from alerts.services.patience import Patience, is_flapping, is_steady
from dataops.engine.findings import Finding, FindingState
from dataops.web.teams import teams_of

HISTORY_LENGTH = 60
MOST_LEFT_OUT = 2
"""Reports in a row that leave a rule out: one may have gone wrong, two do not look at it any more."""

REPORTED_FIELDS = [
    "subject_name",
    "subject_url",
    "subject_tags",
    "subject_owner",
    "subject_teams",
    "upstream",
    "also_about",
    "severity",
    "status",
    "title",
    "message",
    "value",
    "threshold",
    "unit",
    "count",
    "opened_at",
    "last_seen_at",
    "worsened_at",
    "back_after_seconds",
    "acknowledged_at",
    "acknowledged_by",
    "resolved_at",
    "resolved_by",
    "resolution",
    *lifecycle.SNOOZE_FIELDS,
    "last_sequence",
    "left_out",
    "history",
    "trigger",
    "evidence_url",
    "evidence_label",
    "version",
]
EPISODE_FIELDS = ["severity", "count", "is_flapping", "resolved_at", "resolution"]


@dataclass(slots=True)
class Intake:
    """One report on its way in: alerts are loaded once, moved in memory, and written in bulk."""

    subject: Subject
    evidence: Evidence
    kinds: frozenset[str]
    sequence: int
    now: datetime
    changes: list[Change] = field(default_factory=list)
    _new: list[Alert] = field(default_factory=list)
    _touched: dict[int, Alert] = field(default_factory=dict)
    _continued: list[Episode] = field(default_factory=list)
    _known: dict[str, Alert] = field(init=False)
    _open_episodes: dict[int, Episode] = field(init=False)
    _events: list[AlertEvent] = field(default_factory=list)
    _patience: Patience = field(default_factory=Patience)
    _teams: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._teams = teams_of(self.subject.owner)
        mine = Alert.objects.about(self.subject.type, self.subject.id).filter(kind__in=self.kinds)
        self._known = {a.fingerprint: a for a in mine.select_for_update().order_by("pk")}
        unresolved = [alert for alert in self._known.values() if alert.is_unresolved]
        episodes = Episode.objects.open().filter(alert__in=unresolved)
        self._open_episodes = {episode.alert_id: episode for episode in episodes}

    def take(self, key: str, finding: Finding, *, is_late: bool) -> None:
        """One finding with its fingerprint; a late or repeated one is only noted in the history."""
        alert = self._known.get(key)
        if alert is not None and (is_late or self.sequence <= alert.last_sequence):
            self._remember(alert, finding)
            return
        is_over = alert is None or alert.is_resolved
        if is_late:
            return
        if is_over and finding.state != FindingState.BREACH:
            self._see_rest(alert, finding)
            return
        alert = alert or self._create(key, finding)
        alert.last_sequence = self.sequence
        self._describe(alert, finding)
        policy, finding = self._patience.judge(alert, finding)
        self._remember(alert, finding)
        self._apply(decide(alert, finding, policy), alert, finding)

    def _see_rest(self, alert: Alert | None, finding: Finding) -> None:
        """A good report of what is over: remembered while the bad ones before it still count.

        Without it months of good reports between two bad ones would look like coming and going. Once
        all that is looked at is good, one more good report says nothing: nothing is written.
        """
        if alert is not None and not is_steady(alert.history):
            self._remember(alert, finding)

    def leave_out(self, named: Collection[str], kinds: Collection[str]) -> None:
        """Alerts of these kinds that the report does not name, by fingerprint: their rules may be gone."""
        for key, alert in self._known.items():
            if alert.kind not in kinds or (alert.is_resolved and not alert.left_out):
                continue
            alert.left_out = 0 if key in named or alert.is_resolved else alert.left_out + 1
            self._touched[alert.pk] = alert
            if alert.left_out >= MOST_LEFT_OUT:
                self._end_left_out(alert)

    def _end_left_out(self, alert: Alert) -> None:
        if alert.status == Status.PENDING:
            self._note(lifecycle.clear(alert, at=self.now))
            return
        episode = self._open_episodes[alert.pk]
        said = f"The last {MOST_LEFT_OUT} reports did not look at it, while they looked at others."
        self._continued.append(episode)
        self.changes.append(
            lifecycle.end(alert, episode, Resolution.NOT_EVALUATED, at=self.now, comment=said)
        )

    def _create(self, key: str, finding: Finding) -> Alert:
        alert = Alert(
            fingerprint=key,
            identity=identity(self.subject, finding),
            subject_type=self.subject.type,
            subject_id=self.subject.id,
            kind=finding.kind,
            column=finding.column,
            method=finding.method,
            severity=str(finding.severity),
            status=Status.PENDING,
            opened_at=self.now,
        )
        self._new.append(alert)
        return alert

    def _describe(self, alert: Alert, finding: Finding) -> None:
        """What the newest report says; the words stay those of the last breach, also once it is over."""
        alert.subject_name = plain(self.subject.name, 200)
        alert.subject_url = self.subject.url
        alert.subject_tags = list(self.subject.tags)
        alert.subject_owner, alert.subject_teams = self.subject.owner, self._teams
        alert.upstream = "".join(f"\n{kind}:{key}\n" for kind, key in self.subject.upstream)
        alert.value, alert.threshold = _finite(finding.value), _finite(finding.threshold)
        alert.unit = finding.unit
        alert.trigger, alert.left_out = self.evidence.trigger, 0
        alert.evidence_url, alert.evidence_label = self.evidence.url, plain(self.evidence.label, 200)
        if finding.state == FindingState.BREACH:
            alert.title = plain(finding.title, 300) or finding.kind
            alert.message = _text(finding)
            alert.also_about = "".join(map(entity_line, finding.about))
            alert.count += 1
            alert.last_seen_at = self.now

    def _remember(self, alert: Alert, finding: Finding) -> None:
        point = {
            "sequence": self.sequence,
            "at": self.now.isoformat(timespec="seconds"),
            "state": str(finding.state),
            "value": _finite(finding.value),
            "threshold": _finite(finding.threshold),
            "url": self.evidence.url,
        }
        points = {p["sequence"]: p for p in alert.history}
        points.setdefault(self.sequence, point)
        alert.history = [points[s] for s in sorted(points)][-HISTORY_LENGTH:]
        if alert.pk:
            self._touched[alert.pk] = alert

    def _apply(self, move: Move, alert: Alert, finding: Finding) -> None:
        severity = str(finding.severity)
        if move == Move.PEND:
            self._note(lifecycle.pend(alert, severity, at=self.now))
        elif move == Move.CLEAR:
            self._note(lifecycle.clear(alert, at=self.now))
        elif move in (Move.OPEN, Move.REOPEN):
            kind = EventKind.OPENED if move == Move.OPEN else EventKind.REOPENED
            change = lifecycle.begin(alert, severity, at=self.now, kind=kind)
            change.episode.count = 1
            self.changes.append(change)
        else:
            self._go_on(move, alert, finding)

    def _go_on(self, move: Move, alert: Alert, finding: Finding) -> None:
        """What a report does to an alert that is open."""
        episode = self._open_episodes[alert.pk]
        self._continued.append(episode)
        if finding.state == FindingState.BREACH:
            episode.count += 1
        if move == Move.RESOLVE:
            said = _text(finding)
            self.changes.append(
                lifecycle.end(alert, episode, Resolution.RECOVERED, at=self.now, comment=said)
            )
        elif move == Move.ESCALATE and finding.severity.rank > Severity(episode.severity).rank:
            self.changes.append(lifecycle.escalate(alert, episode, str(finding.severity), at=self.now))
        else:
            self._stay(move, alert, episode, str(finding.severity))

    def _stay(self, move: Move, alert: Alert, episode: Episode, severity: str) -> None:
        """It is open as before, and no more severe than people know."""
        if move in (Move.ESCALATE, Move.EASE):
            self._note(lifecycle.shift(alert, episode, severity, at=self.now))
        if why := waking.why_it_wakes(alert):
            self.changes.append(lifecycle.wake(alert, episode, at=self.now, comment=why))
        elif not episode.is_flapping and is_flapping(alert.history):
            self.changes.append(lifecycle.flap(alert, episode, at=self.now))

    def _note(self, event: AlertEvent | None) -> None:
        if event is not None:
            self._events.append(event)

    def save(self) -> None:
        Alert.objects.bulk_create(self._new)
        Alert.objects.bulk_update(self._touched.values(), REPORTED_FIELDS)
        Episode.objects.bulk_create([c.episode for c in self.changes if c.episode.pk is None])
        Episode.objects.bulk_update(self._continued, EPISODE_FIELDS)
        AlertEvent.objects.bulk_create([*(change.event for change in self.changes), *self._events])


def _text(finding: Finding) -> str:
    return finding.message.replace("\0", "")


def _finite(value: Any) -> float | None:
    """JSON and the database know neither NaN nor infinity."""
    return float(value) if value is not None and math.isfinite(value) else None
