"""Endpoints of files for the prediction log."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView, accepted
from dataops.web.models import TokenScope
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.api.faults import already_over, as_problems
from models_registry.api.serializers import ingesting as shapes
from models_registry.api.views.common import TAGS, ListView, find_model, find_row, find_version
from models_registry.models import IngestRun, Model


def take_file(request: Request, model: Model, kind: str) -> Response:
    """202: a worker takes the file in."""
    form = shapes.IngestFileSerializer(data=request.data)
    form.is_valid(raise_exception=True)
    with as_problems():
        run = services.request_ingest(
            model=model,
            file=form.validated_data["file"],
            kind=kind,
            version=find_version(model, form.validated_data.get("version")),
            by=request.user,
            trigger=Trigger.API,
        )
    return accepted(run, shapes.ingest_url(run))


class IngestListView(ListView):
    """Files of predictions and of truth, newest first."""

    serializer_class = shapes.LogFileSerializer
    empty = IngestRun.objects.none()

    def rows(self, model: Model) -> QuerySet[IngestRun]:
        return selectors.ingest_runs_of(model)

    @extend_schema(operation_id="model_ingests", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class IngestView(ApiView):
    scopes = {"GET": (TokenScope.READ, TokenScope.INGEST)}

    @extend_schema(operation_id="model_ingest", responses=shapes.LogFileSerializer, tags=TAGS)
    def get(self, request: Request, name: str, pk: int) -> Response:
        return Response(shapes.LogFileSerializer(_run(name, pk)).data)


class IngestCancelView(ApiView):
    permissions = {"POST": "models_registry.predict"}
    scopes = {"POST": (TokenScope.INGEST,)}

    @extend_schema(
        operation_id="model_ingest_cancel", request=None, responses=shapes.LogFileSerializer, tags=TAGS
    )
    def post(self, request: Request, name: str, pk: int) -> Response:
        run = _run(name, pk)
        if not services.cancel_ingest(run=run, by=request.user):
            raise already_over(run)
        return Response(shapes.LogFileSerializer(run).data)


def _run(name: str, pk: int) -> IngestRun:
    return find_row(selectors.ingest_runs_of(find_model(name)), pk, what=_("file of predictions or truth"))
