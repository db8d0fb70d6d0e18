"""Files that were handed in to be looked at before they are checked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

HELD_FOR = timedelta(hours=24)


class HeldUpload(models.Model):
    """A file that is here whole and belongs to no source yet: it is started, discarded or runs out.

    Only who sent it sees it, and who may see rows unmasked.
    """

    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    file_name = models.CharField(max_length=255)
    storage_name = models.CharField(max_length=200, help_text="Name in the file storage.")
    format = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    source_name = models.CharField(
        max_length=120, blank=True, help_text="What it is meant for; empty: the name of the file."
    )
    asked_dialect = models.JSONField(null=True, help_text="How the sender said that it is written.")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.sha256[:8]})"

    def get_absolute_url(self) -> str:
        return reverse("quality:upload_look", args=[self.pk])

    @property
    def kept_until(self) -> datetime:
        return self.received_at + HELD_FOR
