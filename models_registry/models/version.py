"""One trained artifact of a model, and the job that brings it in."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from dataops.web.runs import Run
from dataops.web.sight import SightedManager, hanging_on
from models_registry.enums import Runtime, VersionState
from models_registry.models.model import Model


class ModelVersionQuerySet(models.QuerySet):
    def ready(self) -> Self:
        return self.filter(state=VersionState.READY)

    def without_blobs(self) -> Self:
        """For lists: the reference profile is tens of kilobytes a row and no list shows it."""
        return self.defer("reference_profile")


class ModelVersion(models.Model):
    """What was trained, on what, and how well it did; never changed once it is ready."""

    model = models.ForeignKey(Model, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DEPLOYING)
    format = models.CharField(max_length=20, blank=True, help_text="Key of the artifact format.")
    artifact_name = models.CharField(max_length=200, blank=True, help_text="Name in the storage.")
    artifact_sha256 = models.CharField(max_length=64, blank=True)
    artifact_bytes = models.PositiveBigIntegerField(default=0)
    library_versions = models.JSONField(default=dict, blank=True)
    runtime = models.CharField(
        max_length=12, choices=Runtime.choices, blank=True, help_text="What answers requests."
    )
    runtime_reason = models.TextField(blank=True, help_text="Why it is this one.")
    parity = models.JSONField(
        null=True, blank=True, help_text="How far the ONNX form is from the original, on how many rows."
    )
    serving_name = models.CharField(max_length=200, blank=True, help_text="ONNX form, in the storage.")
    serving_sha256 = models.CharField(max_length=64, blank=True)
    memory_bytes = models.PositiveBigIntegerField(
        default=0, help_text="What the loaded model takes, measured when it was deployed."
    )
    signature = models.JSONField(default=dict, blank=True)
    training_metrics = models.JSONField(default=dict, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    sample = models.JSONField(
        default=list, blank=True, help_text="Instances given at deploy with what the model answered."
    )
    importances = models.JSONField(
        default=dict,
        blank=True,
        help_text="Share of the quality lost when a feature is shuffled, by feature.",
    )
    training_data = models.TextField(blank=True)
    reference_profile = models.BinaryField(
        default=b"", help_text="Profile of the training window with its predictions, encoded by the engine."
    )
    reference_rows = models.JSONField(
        default=dict,
        blank=True,
        help_text="Sample of the reference rows in the storage, and how many have their truth.",
    )
    notes = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SightedManager.from_queryset(ModelVersionQuerySet)()
    unseen = hanging_on(model="model")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="version_number_once")]
        permissions = [
            ("deploy_model", "Can deploy a model version"),
            ("promote_version", "Can move an alias to a version"),
        ]

    def __str__(self) -> str:
        return f"{self.model.name} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("models:version_detail", args=[self.model.name, self.number])

    @property
    def label(self) -> str:
        return f"v{self.number}"

    @property
    def is_ready(self) -> bool:
        return self.state == VersionState.READY


class DeployRun(Run):
    """Trains a template or tries an uploaded artifact, for its version; never inside a request."""

    task_name: ClassVar[str] = "models_registry.execute_deploy_run"
    queue: ClassVar[str] = "heavy"
    named_by: ClassVar[tuple[str, ...]] = ("version__number", "version__model__name")

    version = models.OneToOneField(ModelVersion, on_delete=models.CASCADE, related_name="deploy_run")
    template = models.CharField(max_length=60, blank=True)
    file_name = models.CharField(max_length=255, blank=True, help_text="The client's name of the artifact.")
    upload_name = models.CharField(
        max_length=200, blank=True, help_text="Artifact as it came, in the storage."
    )
    upload_format = models.CharField(max_length=20, blank=True)
    reference_name = models.CharField(max_length=200, blank=True, help_text="Reference data, in the storage.")
    options = models.JSONField(default=dict, blank=True, help_text="signature, sample and target as asked.")

    unseen = hanging_on(model="version__model")

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"deploy {self.template or self.file_name} as {self.version}"

    def get_absolute_url(self) -> str:
        return self.version.get_absolute_url()
