"""The words of messages, where somebody chose others than ours."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

MOST_SUBJECT, MOST_BODY = 500, 5_000


class MessageTemplateQuerySet(models.QuerySet):
    def of(self, kind: str) -> Self:
        """Versions for one kind of channel, the newest, which counts, first."""
        return self.filter(kind=kind).order_by("-number")


class MessageTemplate(models.Model):
    """One version of the words for a kind of channel, never changed; an empty part means the default."""

    kind = models.CharField(max_length=40, help_text="Kind of channel.")
    number = models.PositiveIntegerField(editable=False)
    subject = models.CharField(max_length=MOST_SUBJECT, blank=True)
    body = models.TextField(max_length=MOST_BODY, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="alerts_template_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("alerts:template_edit", args=[self.kind])

    @property
    def is_default(self) -> bool:
        return not (self.subject or self.body)
