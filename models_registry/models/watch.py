"""When the drift of a model is checked by itself, and what counts as drift."""

from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from dataops.web.sight import SightedManager, hanging_on
from dataops.web.ticks import Ticking, TickingQuerySet, cron_or_interval
from models_registry.enums import ReferenceKind
from models_registry.models.drift import DriftRun
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
    window_rows = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(500_000)],
        help_text="Windows of so many predictions, compared at the first tick that has as many new ones; "
        "empty: what came since the tick before.",
    )
    reference = models.CharField(max_length=10, choices=ReferenceKind.choices, default=ReferenceKind.TRAINING)
    reference_run = models.ForeignKey(
        DriftRun,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The drift run whose window is the fixed reference.",
    )
    reference_windows = models.PositiveSmallIntegerField(
        default=28,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text="How many windows make up a reference that moves on.",
    )

    objects = SightedManager.from_queryset(WatchQuerySet)()
    unseen = hanging_on(model="model")

    class Meta:
        verbose_name_plural = "watches"
        constraints = [cron_or_interval("watch_cron_or_interval")]

    def clean(self) -> None:
        """A fixed reference is a judged window of the champion."""
        super().clean()
        pinned, is_fixed = self.reference_run, self.reference == ReferenceKind.FIXED
        champion = self.model.champion_id
        if is_fixed and (pinned is None or not pinned.profile or pinned.version_id != champion):
            said = "Choose a finished drift run of the champion: later windows are compared with its window."
            raise ValidationError({"reference_run": said})

    def __str__(self) -> str:
        return f"watch over {self.model}"
