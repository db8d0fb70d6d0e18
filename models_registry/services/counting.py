"""Counters that are rows: several processes add to the same one."""

from typing import Any

from django.db.models import F, Model


def add_to_count(counter: type[Model], count: int, **row: Any) -> None:
    """Add to the ``count`` of the row, which is made when there is none yet."""
    rows = counter._default_manager
    if not rows.filter(**row).update(count=F("count") + count):
        made, is_new = rows.get_or_create(**row, defaults={"count": count})
        if not is_new:
            rows.filter(pk=made.pk).update(count=F("count") + count)
