"""Kept views as JSON."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from alerts.models import SavedView
from alerts.services.saved import ALERTS, LISTS


class SavedViewSerializer(serializers.ModelSerializer):
    area = serializers.CharField(default=ALERTS, help_text="Of which list: `alerts`, `quality` or `models`.")
    owner = serializers.CharField(source="owner.username", read_only=True)

    class Meta:
        model = SavedView
        fields = ("id", "area", "name", "query", "shared", "owner", "created_at")
        read_only_fields = ("created_at",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["area"] not in LISTS:
            raise serializers.ValidationError({"area": f"One of {', '.join(LISTS)}."})
        try:
            return attrs | {"query": LISTS[attrs["area"]].clean(attrs["query"])}
        except ValidationError as error:
            raise serializers.ValidationError({"query": error.messages}) from error
