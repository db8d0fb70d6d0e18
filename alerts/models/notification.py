"""The outbox: messages that must go out, and every try to send them."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from alerts.enums import RETRYABLE, UNFINISHED, WAITING, AttemptOutcome, NotificationState, Reason
from alerts.models.alert import Episode, telling_of
from alerts.models.routing import Channel, Route
from dataops.web.sight import Hidden, SightedManager

LEASE = timedelta(seconds=90)
"""How long who sends a message has for it."""


class ChannelGone(Exception):  # noqa: N818 - reads as what happened
    """The channel of a message was deleted."""


class NotificationQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(state__in=WAITING, not_before__lte=timezone.now())

    def due(self) -> Self:
        """Ready to be sent, oldest first; none that tells the end of a story whose start has not gone out."""
        episodes = Notification.episodes.through.objects
        # Asked of each by its key: as a join SQLite would go through all messages of the channel, for each.
        unfinished = Notification.objects.order_by().filter(
            pk=OuterRef("notification"),
            channel=OuterRef(OuterRef(OuterRef("channel"))),
            state__in=UNFINISHED,
        )
        earlier = episodes.filter(
            Exists(unfinished), notification__lt=OuterRef(OuterRef("pk")), episode=OuterRef("episode")
        )
        blocked = episodes.filter(Exists(earlier), notification=OuterRef("pk"))
        return self.waiting().exclude(Exists(blocked)).order_by("not_before", "pk")

    def put_off(self) -> Self:
        """Told to nobody yet on purpose: they wait for the next message of their group."""
        return self.filter(state=NotificationState.PENDING, attempt=0, not_before__gt=F("created_at"))

    def sending(self) -> Self:
        return self.filter(state=NotificationState.SENDING)

    def abandoned(self) -> Self:
        # A lease that runs for longer than any was given before the clock was set back.
        now = timezone.now()
        return self.sending().filter(Q(lease_until__lt=now) | Q(lease_until__gt=now + 2 * LEASE))


def _not_for_others(hidden: Hidden) -> Q:
    """What tells of something hidden; of what was written to one person nobody knows what it tells of."""
    return telling_of("episodes__alert")(hidden) | Q(payload__has_key="to")


class Notification(models.Model):
    """One message to one channel about what one report or one action changed.

    Written in the transaction of the change, sent later under a lease by whoever claims it. The
    payload is what was true then; ``uuid`` names the message to its receivers, the same on each try.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    channel = models.ForeignKey(
        Channel,
        null=True,
        on_delete=models.SET_NULL,
        related_name="notifications",
        help_text="None: deleted.",
    )
    channel_name = models.CharField(
        max_length=80, blank=True, editable=False, help_text="What it was called when it was deleted."
    )
    route = models.ForeignKey(
        Route, null=True, blank=True, on_delete=models.SET_NULL, related_name="notifications"
    )
    group = models.CharField(
        max_length=80, blank=True, editable=False, help_text="What messages are joined by: one subject."
    )
    episodes = models.ManyToManyField(Episode, related_name="notifications")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    subject = models.CharField(max_length=300)
    payload = models.JSONField(default=dict)
    idempotency_key = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(
        max_length=10, choices=NotificationState.choices, default=NotificationState.PENDING
    )
    attempt = models.PositiveSmallIntegerField(default=0)
    delivered_to = models.JSONField(
        default=list, help_text="Recipients who have it already and are left out of the next try."
    )
    told_in = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tells",
        help_text="The message that tells this one with others, in its stead.",
    )
    error = models.TextField(blank=True, help_text="Of the last try.")
    created_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    not_before = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    objects = SightedManager.from_queryset(NotificationQuerySet)()
    unseen = staticmethod(_not_for_others)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "not_before", "id"], name="alerts_outbox_next"),
            models.Index(fields=["state", "lease_until"], name="alerts_outbox_leases"),
            models.Index(fields=["group", "not_before"], name="alerts_outbox_groups"),
        ]
        # A mail server that answers slowly, or not at all, may hold one thread of all workers, not each.
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=NotificationState.SENDING),
                name="alerts_one_sending_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def page(self) -> str:
        """Of the first alert it tells about; empty for a test."""
        alerts = self.payload.get("alerts", [])
        return alerts[0]["path"] if alerts else ""

    @property
    def open_channel(self) -> Channel:
        """Where it goes; raises ``ChannelGone`` when that was deleted."""
        if self.channel is None:
            raise ChannelGone
        return self.channel

    @property
    def addressed_to(self) -> str:
        """The name of its channel, also of one that is gone."""
        return self.channel.name if self.channel else self.channel_name

    @property
    def is_put_off(self) -> bool:
        """See ``put_off``."""
        return (
            self.state == NotificationState.PENDING and not self.attempt and self.not_before > self.created_at
        )

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def next_try_at(self) -> datetime | None:
        return self.not_before if self.state in WAITING else None

    @property
    def can_retry(self) -> bool:
        return self.state in RETRYABLE and self.channel_id is not None

    @property
    def said(self) -> str:
        """What the other side, or the network, said last; prefetch ``attempts`` in lists."""
        if self.told_in is not None:
            kind = "summary" if self.told_in.reason == Reason.SUMMARY else "message"
            return f"In {kind} #{self.told_in.pk}"
        last = max(self.attempts.all(), key=lambda attempt: attempt.pk, default=None)
        return self.error or (last.detail if last else "")


class DeliveryAttempt(models.Model):
    """One try to send a notification; written once, never changed."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)
    seconds = models.FloatField(help_text="How long the try took.")
    outcome = models.CharField(max_length=8, choices=AttemptOutcome.choices)
    detail = models.TextField(blank=True)

    objects = SightedManager()
    unseen = staticmethod(
        lambda hidden: Q(notification__in=Notification._base_manager.filter(_not_for_others(hidden)))
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"try {self.number}: {self.outcome}"
