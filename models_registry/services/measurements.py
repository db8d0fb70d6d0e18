"""Keeping one measurement of a kind for each window."""

from datetime import datetime
from typing import Any

from models_registry.models import ModelPerformance, ModelVersion


def keep_measurement(
    version: ModelVersion, kind: str, window: tuple[datetime, datetime], began: datetime, **found: Any
) -> ModelPerformance:
    """Of measurements at once the one that ``began`` last stays: it knows all that the others know."""
    found["at"] = began
    kept, is_new = ModelPerformance.objects.get_or_create(
        version=version, kind=kind, window_from=window[0], window_to=window[1], defaults=found
    )
    if not is_new:
        ModelPerformance.objects.filter(pk=kept.pk, at__lt=began).update(**found)
        kept.refresh_from_db()
    return kept
