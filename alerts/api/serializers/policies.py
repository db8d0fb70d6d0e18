"""Policies as JSON."""

from typing import Any, ClassVar

from rest_framework import serializers

from alerts.models import Policy


class PolicySerializer(serializers.ModelSerializer):
    match = serializers.JSONField(
        required=False, help_text="The conditions of routes; none takes every alert."
    )
    position = serializers.IntegerField(default=100, min_value=0, max_value=32767)

    class Meta:
        model = Policy
        fields = (
            "id",
            "name",
            "position",
            "match",
            "open_after",
            "open_within",
            "resolve_after",
            "recover_margin",
            "severity",
            "reason",
            "runbook_url",
        )
        # That a name is taken is said by the service, in one place.
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {"name": {"validators": []}}
