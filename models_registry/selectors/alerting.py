"""What the alerts room says of models."""

from collections.abc import Iterable

from django.db.models import Count

from alerts.selectors import open_alerts


def open_alert_counts(model_ids: Iterable[int]) -> dict[int, int]:
    """Open alerts of each model; one query."""
    ids = [str(pk) for pk in model_ids]
    counts = open_alerts(subject_type="model").filter(subject_id__in=ids).order_by()
    return {int(pk): count for pk, count in counts.values_list("subject_id").annotate(Count("pk"))}
