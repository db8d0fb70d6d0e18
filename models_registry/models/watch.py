"""When the drift of a model is checked by itself, and what counts as drift."""

from datetime import datetime
from typing import Self

from django.db import models

from dataops.web.ticks import Ticking, TickingQuerySet, cron_or_interval
from models_registry.models.model import Model


class WatchQuerySet(TickingQuerySet):
    def due(self, now: datetime) -> Self:
        return super().due(now).filter(model__archived_at=None, model__champion__isnull=False)


class Watch(Ticking):
    """At each tick the predictions since the tick before are one window; ``policy`` judges every window.

    ``policy`` holds those fields of ``dataops.engine.drift.DriftPolicy`` that differ from its defaults.
    """

    model = models.OneToOneField(Model, on_delete=models.CASCADE, related_name="watch")
    paused = models.BooleanField(default=False, help_text="No drift check by itself.")
    policy = models.JSONField(default=dict, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [cron_or_interval("watch_cron_or_interval")]

    def __str__(self) -> str:
        return f"watch over {self.model}"
