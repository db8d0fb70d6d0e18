"""Silences as JSON."""

from rest_framework import serializers

from alerts.models import Silence


class SilenceSerializer(serializers.ModelSerializer):
    match = serializers.JSONField(
        required=False,
        help_text="`severity_at_least`, `subject_type`, `subject_id`, `kind`, `column`, `tag`, `owner`;"
        " none takes every alert.",
    )
    starts_at = serializers.DateTimeField(required=False, help_text="Now, if left out.")
    active = serializers.BooleanField(source="is_active", read_only=True, help_text="Whether it holds now.")
    created_by = serializers.CharField(
        source="created_by.username", read_only=True, default=None, allow_null=True
    )

    class Meta:
        model = Silence
        fields = (
            "id", "match", "reason", "starts_at", "ends_at", "repeat", "time_zone", "last_at", "active",
            "created_by", "created_at",
        )  # fmt: skip
