"""JSON of models, versions and deployments, in the shapes outsiders depend on."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from dataops.web.api.fields import NameField, PersonField, TeamField
from models_registry.api.serializers.common import (
    Features,
    KnownFields,
    Objects,
    RunErrorSerializer,
    run_error,
)
from models_registry.enums import Alias, SignaturePolicy, Task
from models_registry.models import (
    AliasChange,
    AllowedType,
    DeployRun,
    DriftRun,
    Model,
    ModelVersion,
)
from models_registry.services.retention import LEAST_DAYS
from quality.models import DataSource

UNSAID = "No reason was given to the API."


def deploy_url(run: DeployRun) -> str:
    return reverse("models-api:deploy-detail", args=[run.pk])


class DeploySerializer(KnownFields):
    """A sample by its key, as JSON; or an artifact with what belongs to it, as multipart."""

    template = serializers.CharField(
        max_length=60, required=False, help_text="A sample: flight-delayed or arrival-delay."
    )
    file = serializers.FileField(
        max_length=1024, required=False, help_text="skops, ONNX, or an MLflow directory as ZIP."
    )
    name = serializers.SlugField(
        max_length=80, required=False, help_text="The template's own by default; needed with a file."
    )
    task = serializers.ChoiceField(
        choices=Task.choices, required=False, help_text="Needed for the first version of a file's model."
    )
    description = serializers.CharField(max_length=2_000, required=False)
    signature = Features(
        required=False, help_text="{features: [{name, type?, ...}], classes?}; what is left out is derived."
    )
    sample = Objects(required=False, help_text="Instances that the model must answer.")
    reference = serializers.FileField(
        max_length=1024, required=False, help_text="Table of what it was trained on, for drift checks."
    )
    target = serializers.CharField(
        max_length=255, required=False, help_text="Column of the reference that holds the truth."
    )
    notes = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)

    def validate_sample(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise serializers.ValidationError("Give a list of objects.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        asked = {"template", "file"} & attrs.keys()
        if len(asked) != 1:
            told = "Give template, the key of a sample, or file, a trained model; one of the two."
            raise serializers.ValidationError({"file": [told]})
        if "file" in attrs and "name" not in attrs:
            raise serializers.ValidationError({"name": ["Say how the model is called."]})
        if "template" in attrs and (extra := attrs.keys() - {"template", "name", "notes"}):
            raise serializers.ValidationError({key: ["This goes with a file."] for key in sorted(extra)})
        return attrs


class DeployAcceptedSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    status = serializers.CharField()
    url = serializers.CharField()
    model = serializers.CharField()
    version = serializers.IntegerField()


class DeployRunSerializer(serializers.ModelSerializer):
    """A deployment, while it runs and after."""

    status = serializers.CharField(source="state")
    model = serializers.CharField(source="version.model.name")
    version = serializers.IntegerField(source="version.number")
    error = serializers.SerializerMethodField()

    class Meta:
        model = DeployRun
        fields = [
            "id", "status", "progress", "stage", "template", "file_name", "model", "version", "attempt",
            "created_at", "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field(RunErrorSerializer(allow_null=True))
    def get_error(self, run: DeployRun) -> dict[str, str] | None:
        return run_error(run)


class ModelSerializer(serializers.ModelSerializer):
    champion = serializers.IntegerField(source="champion.number", allow_null=True, default=None)
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None)
    kept_to = TeamField()
    sources = NameField(
        many=True,
        read_only=True,
        help_text="What it is trained on or reads its inputs from.",
    )

    class Meta:
        model = Model
        fields = [
            "name", "task", "description", "owner", "kept_to", "tags", "sources", "runbook_url", "policy",
            "champion", "challenger_fraction", "prediction_days", "predictions_from", "predictions_removed",
            "created_at", "archived_at",
        ]  # fmt: skip


class LatestDriftSerializer(serializers.ModelSerializer):
    """The newest finished drift check of the champion."""

    checked_at = serializers.DateTimeField(source="finished_at")

    class Meta:
        model = DriftRun
        fields = ["id", "outcome", "drifted", "severity", "share_drifted", "checked_at"]


class StandingSerializer(serializers.Serializer):
    """How a model is doing, as the list of models shows it."""

    drift = LatestDriftSerializer(allow_null=True)
    metric = serializers.CharField(
        source="metric_name",
        help_text="The main one of the task, roc_auc or mae; accuracy without probabilities.",
    )
    value = serializers.FloatField(
        allow_null=True, help_text="Of the newest week with truth, else of training."
    )
    history = serializers.ListField(
        child=serializers.FloatField(allow_null=True),
        help_text="Of the newest weeks with truth, oldest first.",
    )
    predictions = serializers.IntegerField(source="traffic.total")
    predictions_24h = serializers.IntegerField(source="traffic.day")
    latency_p95_seconds = serializers.FloatField(
        allow_null=True, help_text="Of its newest 200 timed answers: what the model took."
    )
    open_alerts = serializers.IntegerField()


class ListedModelSerializer(ModelSerializer):
    standing = serializers.SerializerMethodField()

    class Meta(ModelSerializer.Meta):
        fields = [*ModelSerializer.Meta.fields, "standing"]

    @extend_schema_field(StandingSerializer)
    def get_standing(self, model: Model) -> dict[str, Any]:
        return StandingSerializer(self.context["standing"][model.pk]).data


class ModelUpdateSerializer(KnownFields):
    """What may be changed about a model; what is left out stays."""

    description = serializers.CharField(max_length=2_000, allow_blank=True, required=False)
    owner = PersonField(required=False, help_text="A user name; null: nobody.")
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)
    kept_to = TeamField()
    sources = NameField(
        many=True,
        queryset=DataSource.objects,
        required=False,
        help_text="Names of what it is trained on or reads its inputs from: their alerts explain its own.",
    )
    runbook_url = serializers.URLField(max_length=500, allow_blank=True, required=False)
    policy = serializers.ChoiceField(choices=SignaturePolicy.choices, required=False)
    challenger_fraction = serializers.FloatField(min_value=0, max_value=1, required=False)
    prediction_days = serializers.IntegerField(
        min_value=LEAST_DAYS,
        max_value=36_500,
        allow_null=True,
        required=False,
        help_text="Days that predictions are kept; null for ever.",
    )
    archived = serializers.BooleanField(required=False, help_text="An archived model answers no more.")


class VersionSerializer(serializers.ModelSerializer):
    model = serializers.CharField(source="model.name")
    version = serializers.IntegerField(source="number")
    status = serializers.CharField(source="state")
    created_by = serializers.CharField(source="created_by.username", allow_null=True, default=None)
    sample = Objects(help_text="Instances given at deploy with what the model answered.")
    reference_rows = Features(
        read_only=True, help_text="Rows kept to learn from, and of how many the truth is known."
    )
    parity = Features(allow_null=True, help_text="How far the ONNX form is from the original.")

    class Meta:
        model = ModelVersion
        fields = [
            "model", "version", "status", "format", "artifact_sha256", "artifact_bytes", "library_versions",
            "runtime", "runtime_reason", "parity", "signature", "training_metrics", "importances",
            "parameters", "sample", "training_data", "reference_rows", "notes", "created_by", "created_at",
        ]  # fmt: skip


class AliasChangeSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="version.number")
    by = serializers.CharField(source="by.username", allow_null=True, default=None)

    class Meta:
        model = AliasChange
        fields = ["alias", "version", "withdrawn", "reason", "by", "at"]


class ModelDetailSerializer(ModelSerializer):
    aliases = serializers.DictField(child=serializers.IntegerField(), help_text="Version by alias.")
    alias_history = AliasChangeSerializer(many=True)
    versions = VersionSerializer(many=True)

    class Meta(ModelSerializer.Meta):
        fields = [*ModelSerializer.Meta.fields, "aliases", "alias_history", "versions"]


class AllowedTypeSerializer(KnownFields, serializers.ModelSerializer):
    """A type that artifacts may name with one version of the libraries."""

    added_by = serializers.CharField(
        source="added_by.username", allow_null=True, default=None, read_only=True
    )

    class Meta:
        model = AllowedType
        fields = ["id", "name", "libraries", "reason", "added_by", "added_at"]
        read_only_fields = ["libraries", "added_at"]
        validators: list[Any] = []  # the service says it better


class PairSerializer(serializers.Serializer):
    name = serializers.CharField()
    left = serializers.JSONField(allow_null=True)
    right = serializers.JSONField(allow_null=True)
    difference = serializers.FloatField(allow_null=True, help_text="Right minus left.")


class VersionComparisonSerializer(serializers.Serializer):
    """Two versions side by side."""

    left = serializers.IntegerField(source="left.number")
    right = serializers.IntegerField(source="right.number")
    metrics = PairSerializer(many=True)
    importances = PairSerializer(many=True)
    traffic = PairSerializer(many=True)
    facts = PairSerializer(many=True)
    signature = serializers.ListField(child=serializers.CharField(), help_text="What changed, in words.")


class ReasonSerializer(serializers.Serializer):
    """Why an alias moves. Scripts from before it was asked for may leave it out, and the history says so."""

    reason = serializers.CharField(
        max_length=500, default=UNSAID, allow_blank=True, help_text="Kept in the history; say it."
    )

    def validate_reason(self, value: str) -> str:
        return value or UNSAID


class PromoteSerializer(KnownFields, ReasonSerializer):
    alias = serializers.ChoiceField(choices=Alias.choices, default=Alias.CHAMPION)
