"""A model by name, and the history of who answers for it."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from dataops.web.links import LinkField
from dataops.web.sight import Keepable, SightedManager, hanging_on
from models_registry.enums import Alias, SignaturePolicy, Task


class ModelQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(archived_at=None)


class Model(Keepable):
    """A question that versions answer: "will this flight be late"."""

    subject_type: ClassVar[str] = "model"

    name = models.SlugField(max_length=80, unique=True)
    task = models.CharField(max_length=20, choices=Task.choices)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.JSONField(default=list, blank=True)
    sources = models.ManyToManyField(
        "quality.DataSource",
        blank=True,
        related_name="+",
        help_text="What it is trained on or reads its inputs from: their faults explain its own.",
    )
    runbook_url = LinkField(
        "runbook",
        max_length=500,
        blank=True,
        help_text="A web address that says what to do about its alerts; shown with each of them.",
    )
    policy = models.CharField(
        max_length=10,
        choices=SignaturePolicy.choices,
        default=SignaturePolicy.REJECT,
        help_text="What becomes of values that break the signature.",
    )
    costs = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What it costs to take one class for another: classes, and costs by actual and predicted.",
    )
    metrics = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What is measured beside the built-in metrics: settings by key of the metric.",
    )
    champion = models.ForeignKey(
        "ModelVersion",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The version of the latest champion change, kept here so that a list needs no search.",
    )
    challenger = models.ForeignKey(
        "ModelVersion", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    challenger_fraction = models.FloatField(
        default=0, help_text="Share of requests that the challenger answers, 0 to 1."
    )
    shadow = models.ForeignKey(
        "ModelVersion", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    shadow_cursor = models.BigIntegerField(
        default=0, editable=False, help_text="Key of the newest prediction that the shadow has seen."
    )
    prediction_days = models.PositiveIntegerField(
        "days that predictions are kept",
        null=True,
        blank=True,
        validators=[MinValueValidator(7)],
        help_text="At least 7; empty for ever. They go week by week, once their windows were profiled.",
    )
    predictions_from = models.DateTimeField(
        null=True, editable=False, help_text="All predictions from before then were removed."
    )
    predictions_removed = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SightedManager.from_queryset(ModelQuerySet)()
    unseen = hanging_on(model="pk")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("models:model_detail", args=[self.name])


class AliasChange(models.Model):
    """One move of an alias; rows are only ever added, the newest of an alias is the one in force."""

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="alias_changes")
    alias = models.CharField(max_length=12, choices=Alias.choices)
    version = models.ForeignKey("ModelVersion", on_delete=models.CASCADE, related_name="alias_changes")
    withdrawn = models.BooleanField(default=False, help_text="Taken from the version, and given to no other.")
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SightedManager()
    unseen = hanging_on(model="model")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "alias", "-at"])]

    def __str__(self) -> str:
        change = "was taken from" if self.withdrawn else "is"
        return f"{self.alias} of {self.model} {change} {self.version}"
