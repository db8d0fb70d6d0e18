"""Endpoints of contracts: YAML in and out, and the versions that were."""

import json
from dataclasses import asdict
from typing import Any, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.engine.contracts.safe import MOST_BYTES
from dataops.engine.errors import InvalidContract
from dataops.web.api.base import ApiView
from dataops.web.api.problems import Problem
from quality import services
from quality.models import ContractVersion, DataSource
from quality.services import ContractPlan

TAGS = ["data quality"]
YAML = "application/yaml"


class TextParser(BaseParser):
    """A contract as the body itself, YAML or JSON."""

    media_type = YAML

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> dict[str, str]:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise Problem(413, f"A contract has at most {MOST_BYTES // 1_000_000} MB; split it by table.")
        return {"contract": decoded(body)}


class PlainTextParser(TextParser):
    media_type = "text/*"


class JsonTextParser(TextParser):
    media_type = "application/json"


def decoded(body: bytes) -> str:
    """The text of a contract; raises a problem for what is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            422, f"The contract is no UTF-8 text (byte {error.start}); save it as UTF-8."
        ) from error


class YamlRenderer(BaseRenderer):
    media_type = YAML
    format = "yaml"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        # Problems come through here too; they are JSON whatever was asked for.
        return (data if isinstance(data, str) else json.dumps(data)).encode()


class LineSerializer(serializers.Serializer):
    place = serializers.CharField()
    said = serializers.CharField()
    carried = serializers.CharField(help_text="carried, partly, kept (not run) or not_carried.")
    reason = serializers.CharField(allow_blank=True)


class RuleChangesSerializer(serializers.Serializer):
    added = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())


class ContractReportSerializer(serializers.Serializer):
    """What became of a contract; ``number`` is null for a dry run."""

    number = serializers.IntegerField(allow_null=True)
    format = serializers.CharField(help_text="odcs, great_expectations or dbt.")
    name = serializers.CharField(allow_blank=True)
    version = serializers.CharField(allow_blank=True)
    rules = serializers.IntegerField(help_text="Rules it asks for.")
    changes = RuleChangesSerializer()
    lines = LineSerializer(many=True)


class ContractVersionSerializer(serializers.ModelSerializer):
    applied_by = serializers.CharField(source="applied_by.username", allow_null=True, default=None)
    changes = RuleChangesSerializer()
    lines = LineSerializer(many=True)

    class Meta:
        model = ContractVersion
        fields = [
            "number",
            "format",
            "name",
            "version",
            "applied_by",
            "applied_at",
            "changes",
            "lines",
            "text",
        ]


class ContractView(ApiView):
    """The rules of a source as a data contract, and the other way round."""

    permissions = {"POST": "quality.change_check"}
    parser_classes = (TextParser, PlainTextParser, JsonTextParser, MultiPartParser)

    def get_renderers(self) -> list[BaseRenderer]:
        return [YamlRenderer(), JSONRenderer()] if self.request.method == "GET" else [JSONRenderer()]

    @extend_schema(
        operation_id="data_quality_contract",
        responses={(200, YAML): OpenApiTypes.OBJECT},
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        source = get_object_or_404(DataSource, pk=pk)
        return Response(services.export_contract(source))

    @extend_schema(
        operation_id="data_quality_contract_apply",
        parameters=[OpenApiParameter("dry_run", bool, description="1 reports and changes nothing.")],
        request={YAML: OpenApiTypes.STR, "application/json": OpenApiTypes.OBJECT},
        responses={200: ContractReportSerializer, 201: OpenApiResponse(ContractReportSerializer)},
        tags=TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        source = get_object_or_404(DataSource, pk=pk)
        text = contract_text(cast("dict[str, Any]", request.data).get("contract"))
        try:
            plan = services.plan_contract(source, text)
            if request.query_params.get("dry_run", "").lower() in ("1", "true", "yes"):
                return Response(report_of(plan))
            report = report_of(plan)
            version = services.apply_contract(source, text, by=request.user)
        except InvalidContract as error:
            raise invalid(error) from error
        return Response(report | {"number": version.number}, status=201)


class ContractVersionsView(ApiView, generics.ListAPIView):
    """Every contract a source had, newest first."""

    serializer_class = ContractVersionSerializer
    filter_backends = ()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return ContractVersion.objects.none()
        source = get_object_or_404(DataSource, pk=self.kwargs["pk"])
        return source.contracts.select_related("applied_by")

    @extend_schema(operation_id="data_quality_contract_versions", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def contract_text(given: Any) -> str:
    """Text of a contract from a field or a file; raises a problem when there is none."""
    if hasattr(given, "read"):
        if given.size > MOST_BYTES:
            raise Problem(413, f"A contract has at most {MOST_BYTES // 1_000_000} MB; split it by table.")
        given = decoded(given.read())
    if not isinstance(given, str) or not given.strip():
        raise Problem(422, "There is no contract in the request; send YAML as the body.", code="required")
    return given


def invalid(error: InvalidContract) -> Problem:
    place: Any = {"loc": ["body", "contract"], "msg": str(error), "code": error.code}
    return Problem(422, str(error), code=error.code, errors=[place])


def report_of(plan: ContractPlan) -> dict[str, Any]:
    found = plan.translation
    body = {
        "number": None,
        "format": found.format,
        "name": found.name,
        "version": found.version,
        "rules": len(found.rules),
        "changes": plan.changes,
        "lines": [asdict(line) for line in found.lines],
    }
    return dict(ContractReportSerializer(body).data)
