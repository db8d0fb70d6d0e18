"""What one person wants to hear, how, and what they were told."""

from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone

from alerts.enums import InAppFrom, MailWhen, Reason, Severity, Side, SubjectType
from alerts.models.alert import Alert, telling_of
from dataops.web.sight import SightedManager, about


class Preference(models.Model):
    """How a person is told; without a row everything comes at once, at every hour.

    Times of day are those of ``time_zone``. Quiet hours may reach over midnight.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_preference"
    )
    mail_critical = models.CharField(max_length=8, choices=MailWhen.choices, default=MailWhen.NOW)
    mail_warning = models.CharField(max_length=8, choices=MailWhen.choices, default=MailWhen.NOW)
    mail_info = models.CharField(max_length=8, choices=MailWhen.choices, default=MailWhen.NOW)
    in_app_from = models.CharField(max_length=10, choices=InAppFrom.choices, default=InAppFrom.INFO)
    unwanted_kinds = models.JSONField(
        default=list, blank=True, help_text="Kinds that are not told at all; quality takes quality.score too."
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)
    critical_wakes = models.BooleanField(default=True, help_text="Critical ones come in quiet hours too.")
    summary_at = models.TimeField(default=time(8), help_text="When the daily summary is sent.")
    time_zone = models.CharField(max_length=60, default="UTC")

    def __str__(self) -> str:
        return f"preferences of person {self.person_id}"

    def takes_kind(self, kind: str) -> bool:
        return not any(kind == no or kind.startswith(f"{no}.") for no in self.unwanted_kinds)

    def wants_in_app(self, alert: Alert) -> bool:
        if self.in_app_from == InAppFrom.NEVER or not self.takes_kind(alert.kind):
            return False
        return Severity(alert.severity).rank >= Severity(self.in_app_from).rank

    def mail_at(self, alert: Alert, now: datetime) -> datetime | None:
        """When mail about the alert may go: now, later, or never (None)."""
        when = getattr(self, f"mail_{alert.severity}")
        if when == MailWhen.NEVER or not self.takes_kind(alert.kind):
            return None
        if when == MailWhen.DAILY:
            return _next(self.summary_at, now, self.time_zone)
        return self.quiet_until(now, alert.severity) or now

    def quiet_until(self, now: datetime, severity: str) -> datetime | None:
        """The end of the quiet hours that hold news of this severity now; None when nothing does."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        if self.critical_wakes and severity == Severity.CRITICAL:
            return None
        clock = now.astimezone(ZoneInfo(self.time_zone)).time()
        if self.quiet_from < self.quiet_to:
            inside = self.quiet_from <= clock < self.quiet_to
        else:
            inside = clock >= self.quiet_from or clock < self.quiet_to
        return _next(self.quiet_to, now, self.time_zone) if inside else None


def _next(clock: time, now: datetime, zone_name: str) -> datetime:
    """The first moment after ``now`` at which the clocks of the zone show ``clock``."""
    zone = ZoneInfo(zone_name)
    today = now.astimezone(zone).date()
    days = (datetime.combine(today + timedelta(days=n), clock, tzinfo=zone) for n in (0, 1))
    return next(moment for moment in days if moment > now)


class Stance(models.Model):
    """What a person thinks of one subject: they watch it, or want to hear nothing of it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_stances"
    )
    subject_type = models.CharField(max_length=10, choices=SubjectType.choices)
    subject_id = models.CharField(max_length=64)
    subject_name = models.CharField(max_length=200, blank=True)
    side = models.CharField(max_length=5, choices=Side.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SightedManager()
    unseen = staticmethod(about)

    class Meta:
        ordering = ["side", "subject_type", "subject_name"]
        constraints = [
            models.UniqueConstraint(fields=["person", "subject_type", "subject_id"], name="alerts_one_stance")
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="alerts_stance_subject")]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.subject_name or self.subject_id}"


class NoticeQuerySet(models.QuerySet):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def of(self, person: object) -> Self:
        return self.filter(person=person)


class Notice(models.Model):
    """One line in the inbox of one person: what one report or one action changed for them.

    ``alert`` is the worst of the ``count`` alerts it tells of; ``key`` names the message, so that the
    same one never comes twice.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_notices"
    )
    alert = models.ForeignKey(Alert, null=True, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=160, editable=False)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    title = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = SightedManager.from_queryset(NoticeQuerySet)()
    unseen = telling_of("alert")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="alerts_one_notice")]
        indexes = [
            models.Index(
                fields=["person", "-id"], name="alerts_notice_unread", condition=models.Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unread(self) -> bool:
        return self.read_at is None

    @property
    def page(self) -> str:
        """Where it leads; empty for a test of a channel."""
        return self.alert.get_absolute_url() if self.alert else ""

    @property
    def more_count(self) -> int:
        """Alerts it tells of besides the one that is named."""
        return self.count - 1


class PostponedMail(models.Model):
    """What a person is mailed later: at the end of their quiet hours, or in their daily summary."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(help_text="The alert as the message would have told it.")
    key = models.CharField(max_length=160, editable=False)
    due_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SightedManager()
    unseen = telling_of("alert")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="alerts_postponed_once")]

    def __str__(self) -> str:
        return f"for person {self.person_id} at {self.due_at:%Y-%m-%d %H:%M}"


class MailRefusal(models.Model):
    """An address that wants no more mail about alerts, whoever it belongs to; in small letters."""

    address = models.EmailField(unique=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["address"]

    def __str__(self) -> str:
        return self.address
