"""JSON of batch scoring."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from dataops.web.naming import refuse_unseen
from models_registry.api.serializers.common import KnownFields, RunErrorSerializer, run_error
from models_registry.models import ScoringRun


def scoring_url(run: ScoringRun) -> str:
    return reverse("models-api:scoring-detail", args=[run.version.model.name, run.pk])


class ScoreSerializer(KnownFields):
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=120, help_text="Name of the data source whose newest dataset is predicted."
    )
    target = serializers.CharField(
        max_length=120,
        required=False,
        validators=[refuse_unseen],
        help_text="Name of the source that takes the predictions.",
    )
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ScoringOutputSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class BatchScoringSerializer(serializers.ModelSerializer):
    status = serializers.CharField(source="state")
    model = serializers.CharField(source="version.model.name")
    version = serializers.IntegerField(source="version.number")
    source = serializers.CharField(source="source_called")  # type: ignore[assignment]
    output = ScoringOutputSerializer(allow_null=True)
    error = serializers.SerializerMethodField()

    class Meta:
        model = ScoringRun
        fields = [
            "id", "status", "progress", "stage", "model", "version", "source", "target_name", "output",
            "rows", "refused", "created_at", "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field(RunErrorSerializer(allow_null=True))
    def get_error(self, run: ScoringRun) -> dict[str, Any] | None:
        return run_error(run)
