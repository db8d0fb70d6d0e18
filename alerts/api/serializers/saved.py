"""Kept views as JSON."""

from rest_framework import serializers

from alerts.forms import clean_query
from alerts.models import SavedView


class SavedViewSerializer(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner.username", read_only=True)

    class Meta:
        model = SavedView
        fields = ("id", "name", "query", "shared", "owner", "created_at")
        read_only_fields = ("created_at",)

    def validate_query(self, query: str) -> str:
        return clean_query(query)
