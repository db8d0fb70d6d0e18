"""A run for others: as one HTML file, as JUnit XML, beside another run; the schema history of a source."""

from typing import Any
from xml.etree import ElementTree

from django.db.models import prefetch_related_objects
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView, FileView
from dataops.web.api.problems import Problem
from quality import selectors, services
from quality.models import CheckRun, DataSource
from quality.presenters import draw_report
from quality.reports import Case, junit

TAGS = ["data quality"]


class DifferenceSerializer(serializers.Serializer):
    place = serializers.CharField(allow_blank=True, help_text="A column; empty for the table.")
    what = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class SchemaChangeSerializer(serializers.Serializer):
    kind = serializers.CharField()
    column = serializers.CharField()
    to = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        # "from" is no name for an attribute of a class.
        return super().get_fields() | {"from": serializers.CharField(allow_blank=True)}


class ComparisonSerializer(serializers.Serializer):
    """What differs from one run to a later one."""

    before = serializers.IntegerField(source="before.pk")
    after = serializers.IntegerField(source="after.pk")
    facts = DifferenceSerializer(many=True)
    results = DifferenceSerializer(many=True, help_text="Results with another outcome.")
    columns = DifferenceSerializer(many=True, help_text="Numbers of columns that changed.")
    schema = SchemaChangeSerializer(many=True)
    rules = serializers.ListField(child=serializers.CharField())
    like_for_like = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Both scores over the checks that measured in both runs.",
    )


class CompareView(ApiView):
    """One run beside another of its source."""

    @extend_schema(
        operation_id="data_quality_check_compare",
        parameters=[OpenApiParameter("with", int, description="The other run; the baseline if left out.")],
        responses=ComparisonSerializer,
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        run = _finished(pk)
        wanted = request.query_params.get("with", "") or str(run.baseline_id or "")
        if not wanted.isdecimal():
            raise Problem(422, "Say which run to compare with: ?with=ID.", code="required")
        other = _finished(int(wanted))
        if other.source_id != run.source_id:
            raise Problem(422, f"Run {other.pk} is of another source.", code="other_source")
        found = selectors.compare_runs(other, run, (services.profile_of(other), services.profile_of(run)))
        schema = [{"kind": c.kind, "column": c.column, "from": c.from_, "to": c.to} for c in found.schema]
        names = ("before", "after", "facts", "results", "columns", "rules", "like_for_like")
        body = {name: getattr(found, name) for name in names}
        return Response(ComparisonSerializer(body | {"schema": schema}).data)


class SchemaEventSerializer(serializers.Serializer):
    check = serializers.IntegerField(source="run.pk")
    at = serializers.DateTimeField(source="run.finished_at")
    by = serializers.CharField(source="run.requested_by.username", allow_null=True, default=None)
    trigger = serializers.CharField(source="run.trigger")
    runs = serializers.IntegerField(help_text="Runs in a row that saw it.")
    changes = SchemaChangeSerializer(many=True)


class SchemaHistoryView(ApiView):
    """When the columns of a source changed, newest first."""

    @extend_schema(
        operation_id="data_quality_schema_history", responses=SchemaEventSerializer(many=True), tags=TAGS
    )
    def get(self, request: Request, pk: int) -> Response:
        events = selectors.schema_history(get_object_or_404(DataSource, pk=pk))
        return Response(SchemaEventSerializer(events, many=True).data)


class ReportView(FileView):
    """A run as one HTML file that needs nothing else: to mail, to print, to keep."""

    @extend_schema(
        operation_id="data_quality_check_report",
        responses={(200, "text/html"): OpenApiTypes.STR},
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        run = _finished(pk)
        page, policy = draw_report(run, services.columns_of(run))
        return HttpResponse(page, headers={"Content-Security-Policy": policy})


class JunitView(FileView):
    """The results of a run as JUnit XML, which CI systems show as tests."""

    @extend_schema(
        operation_id="data_quality_check_junit",
        responses={(200, "application/xml"): OpenApiTypes.STR},
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        run = _finished(pk)
        cases = [Case(r.check_key, r.column, r.outcome, r.message) for r in run.results.all()]
        suite = ElementTree.tostring(junit(cases, run.source.name), encoding="utf-8", xml_declaration=True)
        return HttpResponse(suite, content_type="application/xml")


def _finished(pk: int) -> CheckRun:
    runs = CheckRun.objects.select_related("source", "snapshot", "baseline", "requested_by", "rule_set")
    run = get_object_or_404(runs, pk=pk)
    if run.score is None:
        why = "there were no new rows" if run.found_nothing_new else f"it is {run.state}"
        raise Problem(409, f"Run {pk} has no score: {why}.", code="no_score")
    prefetch_related_objects([run], "results")
    return run
