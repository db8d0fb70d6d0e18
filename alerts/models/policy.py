"""How patient alerts are, and how severe."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from alerts.enums import Severity
from alerts.models import matching
from alerts.models.alert import Alert
from dataops.web.links import LinkField
from dataops.web.naming import refuse_unseen

MOST_REPORTS = 20
LOOKS_AT = 10
"""How many of the newest reports are counted in; so many are remembered when an alert is over."""
RECOVER_MARGIN, MOST_MARGIN = 0.1, 0.9
_REPORTS = (MinValueValidator(1), MaxValueValidator(MOST_REPORTS))


class Policy(models.Model):
    """For the alerts it takes: how many bad reports open one, how many good ones end it, and how good.

    ``open_after`` bad reports among the newest ``open_within`` open it, where that is None, in a row.
    A report is good enough to end it when it is ``recover_margin`` of the way from its limit to
    perfect, a share, inside: a value that wavers around its limit opens one alert, not many.

    The first policy by position that takes an alert counts; without one, one report is enough for
    either. ``severity`` replaces what the finding says.
    """

    name = models.CharField(max_length=80, unique=True, validators=[refuse_unseen])
    position = models.PositiveSmallIntegerField(default=100, help_text="Policies are asked in this order.")
    match = models.JSONField(default=dict, blank=True)
    open_after = models.PositiveSmallIntegerField(
        default=1, validators=_REPORTS, help_text="Bad reports that open an alert."
    )
    open_within = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(LOOKS_AT)),
        help_text="Among so many newest reports; empty: in a row.",
    )
    resolve_after = models.PositiveSmallIntegerField(
        default=1, validators=_REPORTS, help_text="Good reports in a row that end it."
    )
    recover_margin = models.FloatField(
        default=RECOVER_MARGIN,
        validators=(MinValueValidator(0.0), MaxValueValidator(MOST_MARGIN)),
        help_text="Share of the way from the limit to perfect that a good report must have come.",
    )
    severity = models.CharField(
        max_length=10, choices=Severity.choices, blank=True, help_text="Empty: as severe as the finding."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why it is so; shown with the policy.")
    runbook_url = LinkField(
        max_length=500,
        blank=True,
        help_text="What to do about these alerts; shown with each, and in its messages.",
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alerts:policy_edit", args=[self.pk])

    def clean(self) -> None:
        if self.open_within is not None and self.open_within < self.open_after:
            never = f"Among {self.open_within} reports there are never {self.open_after} bad ones."
            raise ValidationError({"open_within": never})

    @property
    def opening(self) -> str:
        """What opens an alert, in words."""
        if self.open_within is not None:
            return gettext("%(bad)d bad among %(newest)d") % {
                "bad": self.open_after,
                "newest": self.open_within,
            }
        return ngettext("%d bad", "%d bad in a row", self.open_after) % self.open_after

    @property
    def ending(self) -> str:
        """What ends an alert, in words."""
        good: str = ngettext("%d good", "%d good in a row", self.resolve_after) % self.resolve_after
        inside = gettext("%d%% inside") % round(100 * self.recover_margin)
        return f"{good}, {inside}" if self.recover_margin else good

    @property
    def condition(self) -> str:
        """The match in words."""
        return matching.in_words(self.match)

    def takes(self, alert: Alert, severity: str = "") -> bool:
        """``severity`` is what the newest report says, where the alert does not know it yet."""
        return matching.takes(self.match, alert, severity)
