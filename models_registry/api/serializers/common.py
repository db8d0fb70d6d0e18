"""JSON that several shapes share."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dataops.web.runs import Run


class RunErrorSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


def run_error(run: Run) -> dict[str, str] | None:
    return {"code": run.error_code, "message": run.error} if run.error_code else None


class KnownFields(serializers.Serializer):
    """Refuses what is no field of it, lest a slip of the pen pass for a setting.

    Fields that are only read are let through: who changes what a GET answered may send it back whole.
    """

    def to_internal_value(self, data: Any) -> Any:
        strange = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        if strange:
            known = [name for name, field in self.fields.items() if not field.read_only]
            message = f"There is no such field; known: {', '.join(known)}."
            raise serializers.ValidationError({name: [message] for name in strange}, code="unknown_field")
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Features(serializers.JSONField):
    """One instance by feature."""


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
class Objects(serializers.JSONField):
    """A list of objects as it was stored."""


@extend_schema_field({"type": "array", "items": {"type": "object"}, "minItems": 1})
class Rows(serializers.JSONField):
    """A list that is checked as a whole by the service, not field by field: ten times faster."""

    default_error_messages = {"not_a_list": "Give a list."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            self.fail("not_a_list")
        return data


@extend_schema_field({"type": "array", "items": {"type": "string", "maxLength": 64}})
class Ids(Rows):
    """Names of predictions."""
