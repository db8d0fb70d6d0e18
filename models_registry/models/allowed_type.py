"""What uploaded artifacts may name beyond the public estimators: the list is ours, never the file's."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone


class AllowedTypeQuerySet(models.QuerySet):
    def in_force(self, libraries: str) -> Self:
        """Those that hold with the ``libraries`` installed now; another version may do something else."""
        return self.filter(libraries=libraries, removed_at=None)


class AllowedType(models.Model):
    """A type that an administrator lets artifacts name, with one version of the libraries."""

    name = models.CharField(max_length=200, help_text="Such as sklearn.neighbors._kd_tree.KDTree.")
    libraries = models.CharField(max_length=120, editable=False)
    reason = models.CharField(max_length=500)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = AllowedTypeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "libraries"],
                condition=models.Q(removed_at=None),
                name="allowed_type_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
