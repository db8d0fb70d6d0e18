"""What the product knows about its own users and processes."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from dataops.web.runs import Run
from dataops.web.words import lazy as _


class TokenScope(models.TextChoices):
    READ = "read", _("Read")
    INGEST = "ingest", _("Send data")
    PREDICT = "predict", _("Ask models")
    WRITE = "write", _("Read and write")
    ADMIN = "admin", _("Everything, people included")

    def covers(self, needed: str) -> bool:
        """Whether a token of this scope reaches what ``needed`` names."""
        return needed == self or needed in _COVERED.get(self, ())


_COVERED = {
    TokenScope.WRITE: (TokenScope.READ, TokenScope.INGEST, TokenScope.PREDICT),
    TokenScope.ADMIN: (TokenScope.READ, TokenScope.INGEST, TokenScope.PREDICT, TokenScope.WRITE),
}


class ApiTokenQuerySet(models.QuerySet):
    def usable(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)


class ApiToken(models.Model):
    """A named key of one user for scripts; only a keyed hash of it is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        max_length=8, editable=False, help_text="What stands behind doi_, to tell tokens apart."
    )
    scope = models.CharField(max_length=8, choices=TokenScope.choices, default=TokenScope.READ)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} (doi_{self.hint}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()


class AuditEvent(models.Model):
    """Who did what to which thing; written once, never changed."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=45, blank=True, help_text="Where the request came from.")
    action = models.CharField(max_length=60, db_index=True)
    target_type = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    target_name = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict)
    position = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.actor_name or 'system'} {self.action} {self.target_name}"


class AuditHead(models.Model):
    """The one row that says how long the chain of the audit log is, and how it ends."""

    ONLY = 1

    position = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.position} entries"


class GlobalSetting(models.Model):
    """One thing that is set for everybody, on the settings pages; a row is there once it was changed."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class SampleRun(Run):
    """One loading or removal of the sample data."""

    class Action(models.TextChoices):
        LOAD = "load", _("Load")
        REMOVE = "remove", _("Remove")

    task_name: ClassVar[str] = "dashboard.execute_samples"

    action = models.CharField(max_length=6, choices=Action.choices)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action} the sample data"

    def get_absolute_url(self) -> str:
        return reverse("settings:samples")


class Locale(models.Model):
    """How somebody wants to be answered; empty where the browser, or the installation, says it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="locale")
    language = models.CharField(max_length=8, blank=True, choices=settings.LANGUAGES)
    time_zone = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.language or 'as asked'}, {self.time_zone or 'UTC'}"


class FailedSignIns(models.Model):
    """Wrong passwords and codes for one name, from one address or (empty) from anywhere."""

    name = models.CharField(max_length=150)
    address = models.CharField(max_length=45, blank=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    waits_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "address"], name="failed_sign_ins_once")]
        verbose_name_plural = "failed sign-ins"

    def __str__(self) -> str:
        return f"{self.name} from {self.address or 'anywhere'}: {self.failures}"


class Heartbeat(models.Model):
    """When a part of the product last proved that it works."""

    ALIVE_FOR = timedelta(seconds=75)
    """Parts are seen every half minute: one miss proves nothing, and probes find the next within 90 s."""

    part = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} {self.at:%H:%M:%S}"

    @property
    def is_alive(self) -> bool:
        # A time to come was noted before the clock was set back, and proves nothing.
        return abs(timezone.now() - self.at) < self.ALIVE_FOR


class IdempotencyRecord(models.Model):
    """The answer to a creating POST, kept so that the same key gets the same answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    endpoint = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(
        null=True, help_text="Empty while the first request is at work."
    )
    body = models.JSONField(null=True)
    location = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "endpoint", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.key}"
