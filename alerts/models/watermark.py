"""How far the reports about a subject have come."""

from django.db import models

from alerts.enums import SubjectType


class Watermark(models.Model):
    """The newest report heard about one kind of rule of one subject.

    A run that finished late must not open what a newer run found to be fine, even where no alert
    exists yet. Locking these rows also lets reports about one subject in one after the other.
    """

    subject_type = models.CharField(max_length=10, choices=SubjectType.choices)
    subject_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=80)
    sequence = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"], name="alerts_one_watermark"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.kind}: {self.sequence}"
