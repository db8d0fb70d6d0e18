"""Runs over a dataset of a data source: what came of them is history, and stays when the source goes."""

from typing import Any

from django.db import models

from quality.models import Snapshot


def stay_unless_kept(collector: Any, field: Any, rows: Any, using: str) -> None:
    """Rows stay without their dataset. Those of a source kept to a team go with it: afterwards nothing
    would tell any more who may see them."""
    kept = models.Q(snapshot__source__kept_to__isnull=False)
    models.CASCADE(collector, field, rows.filter(kept), using)
    models.SET_NULL(collector, field, rows.exclude(kept), using)


class OverDataset(models.Model):
    """``source_name`` is empty where no dataset was asked for, and still says which when it is gone."""

    snapshot = models.ForeignKey(
        Snapshot,
        null=True,
        blank=True,
        on_delete=stay_unless_kept,
        related_name="+",
        help_text="The dataset that was asked about.",
    )
    source_name = models.CharField(
        max_length=120, blank=True, editable=False, help_text="What its data source was called then."
    )

    class Meta:
        abstract = True

    @property
    def source_called(self) -> str:
        """The name of the source now, or when it was asked about while it was there."""
        return self.snapshot.source.name if self.snapshot else self.source_name
