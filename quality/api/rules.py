"""Endpoints of what is expected of a source, and of the kinds of checks there are."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.engine.checks import CHECKS, Check, Kind, Parameter, parameters_of
from dataops.web.api.base import ApiView
from dataops.web.api.idempotency import idempotent
from quality import selectors, services
from quality.models import Check as Rule
from quality.models import DataSource

TAGS = ["data quality"]
FIELDS = [
    "id", "check", "column", "params", "when", "warn", "fail", "severity", "dimension", "weight", "critical",
    "enabled", "note", "runbook_url",
]  # fmt: skip


class RuleSerializer(serializers.ModelSerializer):
    """A rule; ``params`` are given whole, as the kind of its check declares them."""

    check = serializers.CharField(source="kind", read_only=True)
    params = serializers.DictField(required=False)

    class Meta:
        model = Rule
        fields = FIELDS
        validators: list[Any] = []  # The service says it in a sentence.


class NewRuleSerializer(RuleSerializer):
    """A check to add; ``column`` empty means the table, or every column."""

    check = serializers.ChoiceField(  # type: ignore[assignment]
        source="kind", choices=[(check.key, check.label) for check in CHECKS]
    )


class LimitsSerializer(serializers.Serializer):
    warn = serializers.FloatField(allow_null=True)
    fail = serializers.FloatField(allow_null=True)  # type: ignore[assignment]  # as "label" below
    direction = serializers.ChoiceField(choices=["above", "below"])


class CheckKindSerializer(serializers.Serializer):
    """A kind of check and what can be set for it; ``params`` is a JSON Schema."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's own fields have an attribute of this name
    description = serializers.CharField()
    scope = serializers.ChoiceField(choices=["column", "table"])
    dimension = serializers.CharField()
    severity = serializers.CharField()
    default_limits = LimitsSerializer()
    by_default = serializers.BooleanField(help_text="Every new source has it.")
    params = serializers.DictField()


class CheckKindsView(ApiView):
    """The kinds of checks, built in and plugged in."""

    @extend_schema(
        operation_id="data_quality_check_kinds", responses=CheckKindSerializer(many=True), tags=TAGS
    )
    def get(self, request: Request) -> Response:
        return Response([_kind_json(check) for check in CHECKS])


class RuleListView(ApiView, generics.ListAPIView):
    """What is expected of a source."""

    permissions = {"POST": "quality.change_check"}
    serializer_class = RuleSerializer
    filter_backends = ()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Rule.objects.none()
        return _source(self.kwargs["pk"]).checks.all()

    @extend_schema(operation_id="data_quality_rules", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="data_quality_rule_add",
        request=NewRuleSerializer,
        responses={201: RuleSerializer},
        examples=[
            OpenApiExample(
                "email must be there",
                value={"check": "missing_values", "column": "email", "fail": 0.01},
                request_only=True,
            ),
            OpenApiExample(
                "age in range",
                value={
                    "check": "value_range",
                    "column": "age",
                    "params": {"minimum": "0", "maximum": "120"},
                    "when": "country = 'DE'",
                },
                request_only=True,
            ),
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        source = _source(pk)
        form = NewRuleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        rule = services.add_check(source, by=request.user, **form.validated_data)
        return Response(RuleSerializer(rule).data, status=201)


class ActiveSourceField(serializers.PrimaryKeyRelatedField):
    def get_queryset(self) -> QuerySet[DataSource]:
        return DataSource.objects.active()


class CopySerializer(serializers.Serializer):
    to = ActiveSourceField(
        queryset=DataSource.objects, many=True, allow_empty=False, help_text="Ids of other sources."
    )


class CopiedSerializer(serializers.Serializer):
    source = serializers.IntegerField(source="source.pk")  # type: ignore[assignment]  # as "label" above
    added = serializers.IntegerField()
    present = serializers.IntegerField(help_text="Rules it had already; they stay as they are there.")


class RulesCopyView(ApiView):
    """The rules of a source, added to others; all of them or none."""

    permissions = {"POST": "quality.change_check"}

    @extend_schema(
        operation_id="data_quality_rules_copy",
        request=CopySerializer,
        responses=CopiedSerializer(many=True),
        tags=TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        form = CopySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        copied = services.copy_rules(_source(pk), to=form.validated_data["to"], by=request.user)
        return Response(CopiedSerializer(copied, many=True).data)


class RuleView(ApiView):
    permissions = {"PATCH": "quality.change_check", "DELETE": "quality.change_check"}

    @extend_schema(operation_id="data_quality_rule", responses=RuleSerializer, tags=TAGS)
    def get(self, request: Request, pk: int, rule_pk: int) -> Response:
        return Response(RuleSerializer(_rule(pk, rule_pk)).data)

    @extend_schema(
        operation_id="data_quality_rule_change", request=RuleSerializer, responses=RuleSerializer, tags=TAGS
    )
    def patch(self, request: Request, pk: int, rule_pk: int) -> Response:
        rule = _rule(pk, rule_pk)
        form = RuleSerializer(rule, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        rule = services.configure_check(rule, by=request.user, **form.validated_data)
        return Response(RuleSerializer(rule).data)

    @extend_schema(operation_id="data_quality_rule_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int, rule_pk: int) -> Response:
        services.remove_check(_rule(pk, rule_pk), by=request.user)
        return Response(status=204)


def _source(pk: int) -> Any:
    return get_object_or_404(selectors.sources(), pk=pk)


def _rule(pk: int, rule_pk: int) -> Rule:
    return get_object_or_404(Rule, pk=rule_pk, source=_source(pk))


def _kind_json(check: Check) -> dict[str, Any]:
    declared = parameters_of(check.params)
    limits = check.default_limits
    return {
        "key": check.key,
        "label": check.label,
        "description": (type(check).__doc__ or "").split("\n\n")[0].strip(),
        "scope": check.scope,
        "dimension": str(check.dimension),
        "severity": str(check.severity),
        "default_limits": {"warn": limits.warn, "fail": limits.fail, "direction": limits.direction},
        "by_default": check.by_default,
        "params": {
            "type": "object",
            "additionalProperties": False,
            "properties": {parameter.name: _schema(parameter) for parameter in declared},
            "required": [parameter.name for parameter in declared if parameter.required],
        },
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    """JSON Schema of a parameter; ``x-kind`` says what a text names: a column, a condition, a source."""
    words = {Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.FLAG: "boolean"}
    kind = "array" if parameter.kind.is_list else words.get(parameter.kind, "string")
    schema: dict[str, Any] = {
        "type": [kind, "null"] if parameter.optional else kind,
        "description": parameter.help,
        "x-kind": str(parameter.kind),
    }
    if parameter.kind.is_list:
        schema["items"] = {"type": "string"}
    if not parameter.required:
        is_list = isinstance(parameter.default, tuple)
        schema["default"] = list(parameter.default) if is_list else parameter.default
    known = {"minimum": parameter.minimum, "maximum": parameter.maximum, "x-unit": parameter.unit or None}
    schema |= {name: value for name, value in known.items() if value is not None}
    return schema | ({"enum": list(parameter.choices)} if parameter.choices else {})
