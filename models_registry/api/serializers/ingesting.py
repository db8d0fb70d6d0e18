"""JSON of files for the prediction log."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from models_registry.api.serializers.common import Features, KnownFields, RunErrorSerializer, run_error
from models_registry.models import IngestRun


def ingest_url(run: IngestRun) -> str:
    return reverse("models-api:ingest-detail", args=[run.model.name, run.pk])


class IngestFileSerializer(KnownFields):
    file = serializers.FileField(help_text="Any table that the product reads.")
    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="That predicted; the champion by default."
    )


class LogFileSerializer(serializers.ModelSerializer):
    status = serializers.CharField(source="state")
    model = serializers.CharField(source="model.name")
    version = serializers.IntegerField(source="version.number", allow_null=True)
    report = Features(
        help_text="rows, recorded, replaced; count and first 100 of duplicate, unknown and wrong."
    )
    error = serializers.SerializerMethodField()

    class Meta:
        model = IngestRun
        fields = [
            "id", "status", "progress", "stage", "model", "version", "kind", "file_name", "report",
            "created_at", "started_at", "finished_at", "error",
        ]  # fmt: skip

    @extend_schema_field(RunErrorSerializer(allow_null=True))
    def get_error(self, run: IngestRun) -> dict[str, Any] | None:
        return run_error(run)
