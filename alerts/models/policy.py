"""How patient alerts are, and how severe."""

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.urls import reverse

from alerts.enums import Severity
from alerts.models import matching
from alerts.models.alert import Alert

MOST_REPORTS = 20
WEB_ADDRESS = URLValidator(schemes=["http", "https"])
"""A link that people follow must not run anything."""
_REPORTS = (MinValueValidator(1), MaxValueValidator(MOST_REPORTS))


class Policy(models.Model):
    """For the alerts it takes: how many bad reports in a row open one, how many good ones end it.

    The first policy by position that takes an alert counts; without one, one report is enough for
    either. ``severity`` replaces what the finding says.
    """

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=100, help_text="Policies are asked in this order.")
    match = models.JSONField(default=dict, blank=True)
    open_after = models.PositiveSmallIntegerField(
        default=1, validators=_REPORTS, help_text="Bad reports in a row that open an alert."
    )
    resolve_after = models.PositiveSmallIntegerField(
        default=1, validators=_REPORTS, help_text="Good reports in a row that end it."
    )
    severity = models.CharField(
        max_length=10, choices=Severity.choices, blank=True, help_text="Empty: as severe as the finding."
    )
    runbook_url = models.URLField(
        max_length=500,
        blank=True,
        validators=[WEB_ADDRESS],
        help_text="What to do about these alerts; shown with each, and in its messages.",
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alerts:policy_edit", args=[self.pk])

    @property
    def condition(self) -> str:
        """The match in words."""
        return matching.in_words(self.match)

    def takes(self, alert: Alert) -> bool:
        return matching.takes(self.match, alert)
