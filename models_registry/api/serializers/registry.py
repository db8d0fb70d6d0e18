"""JSON of models, versions and deployments, in the shapes outsiders depend on."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from models_registry.api.serializers.common import RunErrorSerializer, run_error
from models_registry.enums import Alias
from models_registry.models import (
    AliasChange,
    DeployRun,
    Model,
    ModelVersion,
)


def deploy_url(run: DeployRun) -> str:
    return reverse("models-api:deploy-detail", args=[run.pk])


UPLOAD_FIELDS = {"file", "artifact", "model", "upload"}


class DeploySerializer(serializers.Serializer):
    template = serializers.CharField(max_length=60, help_text="flight-delayed or arrival-delay.")
    name = serializers.SlugField(max_length=80, required=False, help_text="The template's own by default.")
    notes = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (given := data.keys() & UPLOAD_FIELDS):
            told = "Uploaded artifacts are not accepted yet; send template with the key of a sample template."
            raise serializers.ValidationError({key: [told] for key in sorted(given)})
        return super().to_internal_value(data)


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
            "id", "status", "progress", "stage", "template", "model", "version", "attempt", "created_at",
            "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field(RunErrorSerializer(allow_null=True))
    def get_error(self, run: DeployRun) -> dict[str, str] | None:
        return run_error(run)


class ModelSerializer(serializers.ModelSerializer):
    champion = serializers.IntegerField(source="champion.number", allow_null=True, default=None)
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None)

    class Meta:
        model = Model
        fields = ["name", "task", "description", "owner", "tags", "champion", "created_at"]


class VersionSerializer(serializers.ModelSerializer):
    model = serializers.CharField(source="model.name")
    version = serializers.IntegerField(source="number")
    status = serializers.CharField(source="state")
    created_by = serializers.CharField(source="created_by.username", allow_null=True, default=None)

    class Meta:
        model = ModelVersion
        fields = [
            "model", "version", "status", "format", "artifact_sha256", "artifact_bytes", "library_versions",
            "signature", "training_metrics", "importances", "parameters", "training_data", "notes",
            "created_by", "created_at",
        ]  # fmt: skip


class AliasChangeSerializer(serializers.ModelSerializer):
    version = serializers.IntegerField(source="version.number")
    by = serializers.CharField(source="by.username", allow_null=True, default=None)

    class Meta:
        model = AliasChange
        fields = ["alias", "version", "reason", "by", "at"]


class ModelDetailSerializer(ModelSerializer):
    aliases = serializers.DictField(child=serializers.IntegerField(), help_text="Version by alias.")
    alias_history = AliasChangeSerializer(many=True)
    versions = VersionSerializer(many=True)

    class Meta(ModelSerializer.Meta):
        fields = [*ModelSerializer.Meta.fields, "aliases", "alias_history", "versions"]


class PromoteSerializer(serializers.Serializer):
    alias = serializers.ChoiceField(choices=Alias.choices, default=Alias.CHAMPION)
    reason = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
