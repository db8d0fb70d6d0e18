"""Endpoints of failing rows and rejected records."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView
from dataops.web.api.problems import Problem
from dataops.web.exports import csv_answer
from quality import selectors, services
from quality.api.serializers import RejectSerializer
from quality.enums import RowKind
from quality.models import CheckResult, CheckRun

TAGS = ["data quality"]
UNMASK = OpenApiParameter(
    "unmask",
    bool,
    description="Show likely personal data; needs `quality.unmask_failing_rows`, and is audited.",
)


class RowQuery(serializers.Serializer):
    result = serializers.IntegerField(
        max_value=2**63 - 1, required=False, help_text="Rows of this result alone."
    )
    unmask = serializers.BooleanField(required=False, default=False)


class FailingRowSerializer(serializers.Serializer):
    """One failing row; ``cells`` holds the text of each column shown, null where there is no value."""

    result = serializers.IntegerField()
    check = serializers.CharField()
    column = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(
        RowKind.choices, help_text="`answer`: what a query made of the data, such as a group."
    )
    line = serializers.IntegerField(
        allow_null=True,
        help_text="Line in the file; of formats without lines, the record; null for rows of no file.",
    )
    marked = serializers.ListField(child=serializers.CharField(), help_text="Columns the check looks at.")
    masked = serializers.ListField(child=serializers.CharField(), help_text="Columns with personal data.")
    cells = serializers.DictField(child=serializers.CharField(allow_null=True))


class FailingRowsView(ApiView, generics.ListAPIView):
    """Samples of the rows that fail, with the text that stands in the file."""

    serializer_class = FailingRowSerializer
    filter_backends = ()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CheckRun.objects.none()
        query = read_row_query(self.request)
        run = _run(self.kwargs["pk"])
        unmask = services.allow_unmask(run, by=self.request.user, wanted=query["unmask"])
        samples = selectors.failing_rows(run, unmask=unmask, result=query.get("result"))
        return [_row(sample, row, unmask) for sample in samples for row in sample.rows]

    @extend_schema(
        operation_id="data_quality_check_failing_rows",
        parameters=[
            OpenApiParameter("result", int, description="Rows of this result alone."),
            UNMASK,
        ],
        tags=TAGS,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class FailingRowsFileView(ApiView):
    """All failing rows of one result as CSV, sent while the stored file is read.

    Of rows that stand in no file (of a table in a database, of a query's answer) those that are kept.
    """

    @extend_schema(
        operation_id="data_quality_check_failing_rows_csv",
        parameters=[OpenApiParameter("result", int, required=True), UNMASK],
        responses={(200, "text/csv"): OpenApiTypes.STR},
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        run = _run(pk)
        query = read_row_query(request)
        if "result" not in query:
            raise serializers.ValidationError({"result": "Say which result: ?result=<id>."})
        result = get_object_or_404(CheckResult, pk=query["result"], run=run)
        result.run = run
        unmask = services.allow_unmask(run, by=request.user, wanted=query["unmask"])
        try:
            pieces = services.export_failing_rows(result, by=request.user, unmask=unmask)
        except services.RowsGone as gone:
            raise Problem(410, str(gone), code="rows_gone") from gone
        return csv_answer(f"run-{run.pk}-{result.check_key}-{result.pk}.csv", pieces)


class CheckRunRejectsView(ApiView):
    """The first records that could not be loaded, with line and reason."""

    @extend_schema(
        operation_id="data_quality_check_rejects",
        parameters=[UNMASK],
        responses=RejectSerializer(many=True),
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        run = _run(pk)
        unmask = services.allow_unmask(run, by=request.user, wanted=read_row_query(request)["unmask"])
        return Response(selectors.shown_rejects(run, unmask=unmask))


def read_row_query(request: Request) -> dict[str, Any]:
    """``result`` and ``unmask`` of a request for rows."""
    query = RowQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def _run(pk: int) -> CheckRun:
    return get_object_or_404(CheckRun.objects.select_related("source", "snapshot__source"), pk=pk)


def _row(sample: selectors.ShownRows, row: selectors.ShownRow, unmask: bool) -> dict[str, Any]:
    return {
        "result": sample.result.pk,
        "check": sample.result.check_key,
        "column": sample.result.column,
        "kind": str(sample.kind),
        "line": row.number if sample.is_placed else None,
        "marked": [cell.column for cell in row.cells if cell.marked],
        "masked": [] if unmask else list(sample.personal),
        "cells": {cell.column: cell.text for cell in row.cells},
    }
