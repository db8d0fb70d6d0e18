"""An alert, its open periods, and everything that happened to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from alerts.enums import UNRESOLVED, EventKind, Resolution, Severity, Status, SubjectType, Substatus
from alerts.models.substatus import substatus_now, substatus_of
from dataops.engine.findings import Entity
from dataops.engine.units import in_words
from dataops.web.runs import Trigger
from dataops.web.sight import Hidden, SightedManager, about

SPARK_LENGTH = 20
WORST_FIRST = ["-severity_rank", "-last_seen_at", "-pk"]


def _person(related_name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name=related_name,
    )


class _Written(Value):
    """A word of ours that stands in the statement itself.

    SQLite takes the index of the unresolved alerts only where it can read that they are meant.
    """

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"'{self.value}'", ()


def _entity(line: str) -> Entity:
    key, url, name = line.split("\t")
    entity_type, _, entity_id = key.partition(":")
    return Entity(entity_type, entity_id, name, url)


class AlertQuerySet(models.QuerySet):
    def unresolved(self) -> Self:
        return self.filter(status__in=[_Written(status) for status in UNRESOLVED])

    def about(self, subject_type: str, subject_id: str) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def with_substatus(self, *wanted: str) -> Self:
        """Those that stand so now."""
        return self.alias(substatus_now=substatus_now()).filter(substatus_now__in=wanted)

    def worst_first(self) -> Self:
        return self.order_by(*WORST_FIRST)


class Alert(models.Model):
    """One watched rule of one subject that went wrong at least once: one row per fingerprint, for ever.

    ``version`` counts changes of state made by reports or people, so that an action on a page that
    shows an older state is refused; a repeat of the same breach does not count.
    """

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    identity = models.JSONField(default=dict, editable=False, help_text="What the fingerprint was made from.")
    subject_type = models.CharField(max_length=10, choices=SubjectType.choices)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=200)
    subject_url = models.CharField(max_length=300, blank=True)
    subject_tags = models.JSONField(default=list, blank=True)
    subject_owner = models.CharField(max_length=150, blank=True, help_text="User name.")
    subject_teams = models.JSONField(default=list, blank=True, help_text="Teams of the owner.")
    upstream = models.TextField(
        blank=True, editable=False, help_text='What the subject is made from: a line "type:id" for each.'
    )
    also_about = models.TextField(
        blank=True,
        editable=False,
        help_text='What else the newest bad report was about: a line "type:id", address, name for each.',
    )
    kind = models.CharField(max_length=80, db_index=True)
    column = models.TextField(blank=True)
    method = models.CharField(max_length=200, blank=True)

    severity = models.CharField(max_length=10, choices=Severity.choices)
    severity_rank = models.GeneratedField(
        expression=Case(*(When(severity=s, then=Value(s.rank)) for s in Severity), default=Value(0)),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    title = models.CharField(max_length=300)
    message = models.TextField(blank=True)
    value = models.FloatField(null=True, blank=True)
    threshold = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True, help_text='Of value and limit; "fraction" is a share.')
    count = models.PositiveIntegerField(default=0, help_text="Reports that said so, over all episodes.")
    opened_at = models.DateTimeField(help_text="Start of the current episode, or of the last one.")
    last_seen_at = models.DateTimeField()
    worsened_at = models.DateTimeField(
        null=True, blank=True, help_text="When the current episode last got more severe than ever."
    )
    back_after_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="From the end of the episode before to the start of the current one."
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = _person()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = _person()
    resolution = models.CharField(max_length=16, choices=Resolution.choices, blank=True)
    assignee = _person("assigned_alerts")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = _person()
    snoozed_to_count = models.PositiveIntegerField(
        null=True, blank=True, help_text="Count of reports that ends the snooze before its time."
    )
    snoozed_to_value = models.FloatField(
        null=True, blank=True, help_text="A value worse than this ends the snooze before its time."
    )
    last_sequence = models.BigIntegerField(
        default=0, editable=False, help_text="Of the newest report that was taken in."
    )
    left_out = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Reports in a row that left its rule out."
    )
    history = models.JSONField(default=list, editable=False, help_text="Last values, oldest first.")
    trigger = models.CharField(
        max_length=10, choices=Trigger.choices, blank=True, help_text="Of the run that reported it last."
    )
    evidence_url = models.CharField(max_length=300, blank=True)
    evidence_label = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = SightedManager.from_queryset(AlertQuerySet)()
    unseen = staticmethod(about)

    class Meta:
        db_table = "alerts"
        ordering = WORST_FIRST
        permissions = [("handle_alert", "Can acknowledge, assign, resolve and reopen alerts")]
        indexes = [
            models.Index(
                fields=["-severity_rank", "-last_seen_at", "-id"],
                name="alerts_unresolved_worst",
                condition=Q(status__in=UNRESOLVED),
            ),
            # With the status too: SQLite reads it again, though the condition says what it is.
            models.Index(
                fields=["subject_type", "subject_id", "severity", "severity_rank", "opened_at", "status"],
                name="alerts_unresolved_subjects",
                condition=Q(status__in=UNRESOLVED),
            ),
            models.Index(fields=["-severity_rank", "-last_seen_at", "-id"], name="alerts_worst"),
            models.Index(fields=["-last_seen_at", "-id"], name="alerts_newest"),
            models.Index(fields=["-opened_at", "-id"], name="alerts_opened"),
            models.Index(fields=["subject_type", "subject_id"], name="alerts_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_name}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("alerts:alert_detail", args=[self.pk])

    @property
    def is_resolved(self) -> bool:
        return self.status == Status.RESOLVED

    @property
    def is_unresolved(self) -> bool:
        return self.status in UNRESOLVED

    @property
    def upstream_subjects(self) -> list[tuple[str, str]]:
        """Type and id of what the subject is made from."""
        parts = (line.partition(":") for line in self.upstream.splitlines() if line)
        return [(subject_type, subject_id) for subject_type, _, subject_id in parts]

    @property
    def subjects(self) -> list[Entity]:
        """What it is about: its subject, then the run, check, version or report of the newest bad report."""
        first = Entity(self.subject_type, self.subject_id, self.subject_name, self.subject_url)
        return [first, *map(_entity, filter(None, self.also_about.split("\n")))]

    @property
    def was_open_before(self) -> bool:
        """Whether an episode of it has ended."""
        return self.resolved_at is not None and self.resolution != Resolution.CLEARED

    @property
    def substatus(self) -> str:
        """How it stands while it is open (``Substatus``); empty when it is not."""
        return substatus_of(self)

    @property
    def substatus_label(self) -> str:
        """In words."""
        return str(Substatus(found).label) if (found := self.substatus) else ""

    @property
    def is_snoozed(self) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > timezone.now()

    @property
    def wakes_sooner(self) -> str:
        """What ends the snooze before its time, in words; empty where only time does."""
        ways = []
        if self.snoozed_to_count is not None:
            more = self.snoozed_to_count - self.count
            ways.append(f"after {more} more bad report{'' if more == 1 else 's'}")
        if self.snoozed_to_value is not None:
            ways.append(f"when its value gets worse than {in_words(self.snoozed_to_value, self.unit)}")
        return " or ".join(ways)

    @property
    def recent_values(self) -> list[float | None]:
        return [point["value"] for point in self.history[-SPARK_LENGTH:]]

    @property
    def trend_sentence(self) -> str:
        """What the chart of the values shows, in words."""
        values = [point["value"] for point in self.history if point["value"] is not None]
        if not values:
            return "No values yet"
        limit = "" if self.threshold is None else f", limit {in_words(self.threshold, self.unit)}"
        first, last = (in_words(value, self.unit) for value in (values[0], values[-1]))
        return (
            f"One value: {first}{limit}"
            if len(values) == 1
            else (f"{len(values)} reports, from {first} to {last}{limit}")
        )


def telling_of(path: str) -> Callable[[Hidden], Q]:
    """The rows that lead to an alert about something hidden."""

    def unseen(hidden: Hidden) -> Q:
        return Q(**{f"{path}__in": Alert._base_manager.filter(about(hidden)).order_by()})

    return staticmethod(unseen)


class EpisodeQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Episode(models.Model):
    """One period in which an alert was unresolved; at most one of an alert is open at a time."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="episodes")
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = _person()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = _person()
    resolution = models.CharField(max_length=16, choices=Resolution.choices, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices, help_text="The highest it reached.")
    count = models.PositiveIntegerField(default=0, help_text="Reports that said so in this episode.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When people were last told of it.")
    news_at = models.DateTimeField(
        default=timezone.now,
        help_text="When it last opened, got worse or was let go: escalation counts from here.",
    )
    is_flapping = models.BooleanField(default=False, help_text="It was seen to come and go.")
    held_back = models.CharField(
        max_length=300, blank=True, help_text="Why news of it were held back; empty once they were told."
    )

    objects = SightedManager.from_queryset(EpisodeQuerySet)()
    unseen = telling_of("alert")

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert"], condition=Q(resolved_at=None), name="alerts_one_open_episode"
            )
        ]
        indexes = [models.Index(fields=["opened_at", "severity"], name="alerts_episode_opened")]

    def __str__(self) -> str:
        return f"episode {self.pk} of alert {self.alert_id}"

    @property
    def duration_seconds(self) -> float:
        return ((self.resolved_at or timezone.now()) - self.opened_at).total_seconds()


class AlertEvent(models.Model):
    """Something that happened to an alert; written once, never changed."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="events")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = _person()
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    comment = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    objects = SightedManager()
    unseen = telling_of("alert")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["alert", "at"], name="alerts_event_time"),
            models.Index(fields=["-at", "-id"], name="alerts_event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"

    @property
    def icon(self) -> str:
        return EventKind(self.kind).icon

    @property
    def until(self) -> datetime | None:
        """The end of the snooze or silence, for an event that tells of one."""
        found = self.data.get("until")
        return datetime.fromisoformat(found) if found else None

    @property
    def resolution_label(self) -> str:
        """The words of the resolution, for an event of that kind."""
        found = self.data.get("resolution")
        return str(Resolution(found).label) if found else ""
