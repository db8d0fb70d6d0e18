"""Endpoints of the quality room."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dataops import __version__
from dataops.engine.errors import InspectionError, InvalidContract
from dataops.engine.profile import codec
from dataops.web.api.base import AcceptedSerializer, ApiView, accepted
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import FieldError, Problem
from dataops.web.models import TokenScope
from dataops.web.runs import Trigger
from quality import selectors, services
from quality.api import serializers as shapes
from quality.api.contracts import invalid
from quality.api.failing_rows import UNMASK, read_row_query
from quality.api.holding import HeldSerializer, held_answer
from quality.forms.filters import RunFilter, SourceFilter
from quality.models import CheckRun, DataSource

TAGS = ["data quality"]


class UploadView(ApiView):
    """Hand in a file; its checks run after the answer."""

    parser_classes = (MultiPartParser,)
    permissions = {"POST": "quality.upload_data"}
    scopes = {"POST": (TokenScope.INGEST,)}

    @extend_schema(
        operation_id="data_quality_upload",
        request={"multipart/form-data": shapes.UploadSerializer},
        responses={202: shapes.ReceiptSerializer, 201: HeldSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        if data["preview"]:
            return self._hold(request, data)
        contract = data.get("contract", "")
        if contract and not request.user.has_perm("quality.change_check"):
            raise PermissionDenied
        try:
            receipt = services.receive_upload(
                file=data["file"],
                source_name=data.get("source", ""),
                dialect=data.get("dialect"),
                contract=contract,
                by=request.user,
                trigger=Trigger.API,
            )
        except InvalidContract as error:
            raise invalid(error) from error
        except InspectionError as error:
            place: FieldError = {"loc": ["body", "file"], "msg": str(error), "code": error.code}
            raise Problem(422, str(error), code=error.code, errors=[place]) from error
        return shapes.receipt_answer(receipt)

    def _hold(self, request: Request, data: dict[str, Any]) -> Response:
        """Keep the file to be looked at; its check is started by another call."""
        try:
            held = services.hold_upload(
                file=data["file"],
                source_name=data.get("source", ""),
                dialect=data.get("dialect"),
                by=request.user,
            )
            return held_answer(held, services.preview_held(held), status=201)
        except InspectionError as error:
            place: FieldError = {"loc": ["body", "file"], "msg": str(error), "code": error.code}
            raise Problem(422, str(error), code=error.code, errors=[place]) from error


class SourceListView(ApiView, generics.ListAPIView):
    """Sources, and making one without data yet."""

    permissions = {"POST": "quality.add_datasource"}
    serializer_class = shapes.SourceSerializer
    filterset_class = SourceFilter

    def get_queryset(self) -> QuerySet[DataSource]:
        return DataSource.objects.with_newest_run().select_related("schedule")

    @extend_schema(operation_id="data_quality_sources", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="data_quality_source_create",
        request=shapes.SourceSerializer,
        responses={201: shapes.SourceSerializer},
        examples=[
            OpenApiExample("uploaded files", value={"name": "orders"}, request_only=True),
            OpenApiExample(
                "a web address, each morning",
                value={
                    "name": "orders",
                    "kind": "url",
                    "config": {"url": "https://example.com/orders.csv", "secret": "Bearer abc"},
                    "schedule": {"cron": "0 6 * * *", "time_zone": "Europe/Berlin"},
                },
                request_only=True,
            ),
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.SourceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        source = services.open_source(by=request.user, **form.validated_data)
        return Response(shapes.SourceSerializer(source).data, status=201)


class SourceView(ApiView):
    permissions = {"PATCH": "quality.change_datasource", "DELETE": "quality.delete_datasource"}
    dangerous = ("DELETE",)

    @extend_schema(operation_id="data_quality_source", responses=shapes.SourceSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.SourceSerializer(_source(pk)).data)

    @extend_schema(
        operation_id="data_quality_source_change",
        request=shapes.SourceSerializer,
        responses=shapes.SourceSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, pk: int) -> Response:
        source = _source(pk)
        form = shapes.SourceSerializer(source, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        services.edit_source(source, by=request.user, **form.validated_data)
        return Response(shapes.SourceSerializer(_source(pk)).data)

    @extend_schema(operation_id="data_quality_source_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        services.delete_source(_source(pk), by=request.user)
        return Response(status=204)


class SourceQualityView(ApiView, generics.ListAPIView):
    """The check runs of a source, newest first."""

    serializer_class = shapes.CheckRunSerializer
    filterset_class = RunFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CheckRun.objects.none()
        runs = selectors.runs_of(_source(self.kwargs["pk"]))
        return runs.select_related("source", "snapshot").prefetch_related("results")

    @extend_schema(operation_id="data_quality_source_quality", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class SourceCheckView(ApiView):
    """Check the newest data of a source again, now."""

    permissions = {"POST": "quality.run_checks"}

    @extend_schema(
        operation_id="data_quality_source_check",
        request=None,
        responses={202: AcceptedSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        try:
            run = services.request_run(_source(pk), by=request.user, trigger=Trigger.API)
        except services.NothingToCheck as error:
            raise Problem(409, str(error), code="no_data") from error
        return accepted(run, shapes.run_url(run))


class SourceReadAllView(ApiView):
    """Look at all rows of a source that grows once more, and begin the profile of all of them anew."""

    permissions = {"POST": "quality.change_datasource"}

    @extend_schema(
        operation_id="data_quality_source_read_all",
        request=None,
        responses={202: AcceptedSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        try:
            run = services.read_all_again(_source(pk), by=request.user)
        except services.DoesNotGrow as error:
            raise Problem(409, str(error), code="does_not_grow") from error
        except services.NothingToCheck as error:
            raise Problem(409, str(error), code="no_data") from error
        return accepted(run, shapes.run_url(run))


class CheckRunView(ApiView):
    """One run with its results; who sends data may follow what becomes of it."""

    scopes = {"GET": (TokenScope.READ, TokenScope.INGEST)}

    @extend_schema(operation_id="data_quality_check", responses=shapes.CheckRunSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.CheckRunSerializer(_run(pk)).data)


class CheckRunCancelView(ApiView):
    permissions = {"POST": "quality.run_checks"}

    @extend_schema(
        operation_id="data_quality_check_cancel", request=None, responses=shapes.CheckRunSerializer, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        run = _run(pk)
        if not services.cancel_run(run, by=request.user):
            raise Problem(409, f"Run {pk} is over: it {run.state}.", code="over")
        return Response(shapes.CheckRunSerializer(_run(pk)).data)


class CheckRunProfileView(ApiView):
    """The profile of the data a run saw; values of likely personal columns are masked.

    The answer has an ETag: sent back as `If-None-Match`, it is answered with 304 while nothing changed.
    """

    @extend_schema(
        operation_id="data_quality_check_profile",
        parameters=[
            UNMASK,
            OpenApiParameter(
                "of", str, enum=["run", "whole"], description="`whole`: of all parts so far, merged."
            ),
            OpenApiParameter(
                "column", str, many=True, description="Only these columns, each named as `column=…`."
            ),
        ],
        responses=OpenApiTypes.OBJECT,
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        run = get_object_or_404(CheckRun, pk=pk)
        wanted = read_row_query(request)["unmask"]
        unmask = services.allow_unmask(run, by=request.user, wanted=wanted)
        of_whole = request.query_params.get("of") == "whole"
        packed = services.whole_columns_of(run) if of_whole else services.columns_of(run)
        if packed is None:
            raise Http404(f"run {pk} has no profile")
        # What is shown of the same profile depends on these alone; one of thousands of columns takes seconds.
        mark = f'"{packed.digest[:32]}-{__version__}-{unmask:d}"'
        if known := get_conditional_response(request, etag=mark):
            return known
        names = request.query_params.getlist("column")
        unknown = [name for name in names if name not in packed.names]
        if unknown:
            raise Problem(422, f"Run {pk} has no column {unknown[0]!r}.", code="unknown_column")
        profile = packed.only(*names) if names else packed.whole()
        shown = codec.as_json(selectors.mask_profile(profile, unmask=unmask))
        return Response(shown, headers={"ETag": mark, "Cache-Control": "private, no-cache"})


class SummaryView(ApiView):
    @extend_schema(operation_id="data_quality_summary", responses=shapes.QualitySummarySerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        return Response(shapes.QualitySummarySerializer(selectors.summary()).data)


def _source(pk: int) -> DataSource:
    """Archived ones too: their history stays readable, and they can be brought back."""
    return get_object_or_404(DataSource.objects.with_newest_run().select_related("schedule"), pk=pk)


def _run(pk: int) -> CheckRun:
    runs = CheckRun.objects.select_related("source", "snapshot").prefetch_related("results")
    return get_object_or_404(runs, pk=pk)
