"""Where messages go: channels, and the routes that lead to them."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from alerts.models import matching
from alerts.models.alert import Alert
from dataops.web.vault import SealedField


class Channel(models.Model):
    """A way to reach people: a kind from the registry with its settings."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    config = models.JSONField(default=dict, blank=True)
    secrets = SealedField(help_text="Secret settings, each encrypted.")
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
    """Which alerts go to which channels; ``models.matching`` says what its match may hold."""

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
        return matching.in_words(self.match)

    def takes(self, alert: Alert) -> bool:
        return matching.takes(self.match, alert)
