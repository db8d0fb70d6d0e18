"""Views of lists that people kept."""

from typing import Any

from django.db.models import QuerySet

from alerts.models import SavedView


def kept_views(area: str, person: Any) -> QuerySet[SavedView]:
    """Those of a list that are shown to somebody, by name; one query."""
    return SavedView.objects.shown_to(person).filter(area=area)
