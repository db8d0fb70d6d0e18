"""Views of lists that people come back to."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils import timezone

from dataops.web.naming import refuse_unseen


class SavedViewQuerySet(models.QuerySet):
    def shown_to(self, person: Any) -> "SavedViewQuerySet":
        """Their own, and those of others that are shared; ``is_deletable`` says which they may delete."""
        deletable = ExpressionWrapper(_deletable(person), models.BooleanField())
        shown = self.filter(Q(owner=person) | Q(shared=True))
        return shown.annotate(is_deletable=deletable).select_related("owner")

    def deletable_by(self, person: Any) -> "SavedViewQuerySet":
        """Their own; those that everybody sees too, for whoever may delete views."""
        return self.filter(_deletable(person))


def _deletable(person: Any) -> Q:
    own = Q(owner=person)
    return own | Q(shared=True) if person.has_perm("alerts.delete_savedview") else own


class SavedView(models.Model):
    """Filters of a list under a name; ``query`` is its query string, known filters only.

    ``area`` says of which list, by a key of ``services.saved.LISTS``.
    """

    area = models.CharField(max_length=20, default="alerts", editable=False)
    name = models.CharField(max_length=80, validators=[refuse_unseen])
    query = models.CharField(max_length=500, help_text="For example severity=critical&owner=me.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_views", editable=False
    )
    shared = models.BooleanField(default=False, help_text="Everybody sees it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "area", "name"], name="alerts_one_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name
