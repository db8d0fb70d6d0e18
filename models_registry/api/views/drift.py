"""Endpoints of drift runs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView, FileView
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem
from dataops.web.runs import RunState, Trigger
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.api.faults import already_over, as_problems
from models_registry.api.serializers import drift as shapes
from models_registry.api.views.common import TAGS, ListView, find_model, find_row, find_source, find_version
from models_registry.models import DriftRun, Model
from models_registry.presenters.report import draw_drift_report


class DriftCheckView(ApiView):
    """Compare a window of the log with the training window: 202, or the report if it is done in time."""

    permissions = {"POST": "models_registry.check_drift"}

    @extend_schema(
        operation_id="model_drift_check",
        request=shapes.DriftCheckSerializer,
        responses={200: shapes.DriftSerializer, 202: shapes.DriftSerializer},
        examples=[
            OpenApiExample(
                "July",
                value={"window": {"from": "2013-07-01T00:00:00Z", "to": "2013-08-01T00:00:00Z"}, "wait": 10},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        model = find_model(name)
        form = shapes.DriftCheckSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        window = data.get("window", {})
        named = window.get("source")
        with as_problems():
            run = services.request_drift_run(
                version=find_version(model, data.get("version")),
                window_from=window.get("from"),
                window_to=window.get("to"),
                last=window.get("last"),
                source=find_source(named) if named else None,
                reference=data.get("reference"),
                by=request.user,
                trigger=Trigger.API,
            )
        run = services.wait_for(run, data["wait"])
        url = shapes.drift_url(run)
        body = shapes.DriftSerializer(run).data | {"url": url}
        return Response(body, status=200 if run.is_terminal else 202, headers={"Location": url})


class DriftListView(ListView):
    """Drift runs, newest first, without their features."""

    serializer_class = shapes.DriftSummarySerializer
    empty = DriftRun.objects.none()

    def rows(self, model: Model) -> QuerySet[DriftRun]:
        return selectors.drift_runs_of(model)

    @extend_schema(operation_id="model_drift_runs", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DriftView(ApiView):
    @extend_schema(operation_id="model_drift_report", responses=shapes.DriftSerializer, tags=TAGS)
    def get(self, request: Request, name: str, pk: int) -> Response:
        return Response(shapes.DriftSerializer(_drift_run(name, pk)).data)


class DriftReportView(FileView):
    """A finished run as one HTML file that needs nothing else: to mail, to print, to keep."""

    @extend_schema(
        operation_id="model_drift_report_file",
        responses={(200, "text/html"): OpenApiTypes.STR},
        tags=TAGS,
    )
    def get(self, request: Request, name: str, pk: int) -> HttpResponseBase:
        run = _drift_run(name, pk)
        if run.state != RunState.SUCCEEDED:
            raise Problem(409, f"Run {pk} has no report: it is {run.state}.", code="no_report")
        page, policy = draw_drift_report(run, selectors.effect_histories(run))
        return HttpResponse(page, headers={"Content-Security-Policy": policy})


class DriftCancelView(ApiView):
    permissions = {"POST": "models_registry.check_drift"}

    @extend_schema(
        operation_id="model_drift_cancel", request=None, responses=shapes.DriftSerializer, tags=TAGS
    )
    def post(self, request: Request, name: str, pk: int) -> Response:
        run = _drift_run(name, pk)
        if not services.cancel_drift_run(run=run, by=request.user):
            raise already_over(run)
        return Response(shapes.DriftSerializer(run).data)


class DriftExpectedView(ApiView):
    """Say that a window is as it should be, so that later ones may look like it."""

    permissions = {"POST": "models_registry.check_drift"}

    @extend_schema(
        operation_id="model_drift_expected",
        request=shapes.DriftExpectedSerializer,
        responses=shapes.DriftSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, name: str, pk: int) -> Response:
        form = shapes.DriftExpectedSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        run = _drift_run(name, pk)
        services.expect_drift(run=run, by=request.user, **form.validated_data)
        return Response(shapes.DriftSerializer(run).data)


def _drift_run(name: str, pk: int) -> DriftRun:
    runs = DriftRun.objects.select_related("version__model").defer("profile", "version__reference_profile")
    return find_row(runs, pk, what=_("drift run"), version__model__name=name)
