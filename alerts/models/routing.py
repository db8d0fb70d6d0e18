"""Where messages go: channels, and the routes that lead to them."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from alerts.enums import Severity
from alerts.models.alert import Alert


class Channel(models.Model):
    """A way to reach people: a kind from the registry with its settings."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    config = models.JSONField(default=dict, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alerts:channel_edit", args=[self.pk])


class RouteQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        return self.filter(enabled=True)


class Route(models.Model):
    """Which alerts go to which channels; an empty match takes every alert.

    ``match`` may hold ``severity_at_least``, ``subject_type`` and ``kind``; the kind "quality" also
    takes "quality.score". All that are given must hold.
    """

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=100, help_text="Routes are asked in this order.")
    match = models.JSONField(default=dict, blank=True)
    channels = models.ManyToManyField(Channel, related_name="routes")
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alerts:route_edit", args=[self.pk])

    @property
    def condition(self) -> str:
        """The match in words."""
        words = {
            "severity_at_least": "severity at least {}",
            "subject_type": "about a {}",
            "kind": "kind {}",
        }
        parts = [text.format(self.match[name]) for name, text in words.items() if name in self.match]
        return ", ".join(parts).capitalize() or "Everything"

    def takes(self, alert: Alert) -> bool:
        least, kind = self.match.get("severity_at_least"), self.match.get("kind", "")
        if least and Severity(alert.severity).rank < Severity(least).rank:
            return False
        if self.match.get("subject_type", alert.subject_type) != alert.subject_type:
            return False
        return not kind or alert.kind == kind or alert.kind.startswith(f"{kind}.")
