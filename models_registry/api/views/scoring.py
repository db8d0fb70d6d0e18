"""Endpoints of batch scoring."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import AcceptedSerializer, ApiView, accepted
from dataops.web.api.idempotency import idempotent
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.api.faults import already_over, as_problems
from models_registry.api.serializers import scoring as shapes
from models_registry.api.views.common import TAGS, ListView, find_model, find_row, find_source, find_version
from models_registry.models import Model, ScoringRun


class ScoringListView(ListView):
    """Predict all rows of a data source into another one; and the runs that did, newest first."""

    permissions = {"POST": "models_registry.predict"}
    serializer_class = shapes.BatchScoringSerializer
    empty = ScoringRun.objects.none()

    def rows(self, model: Model) -> QuerySet[ScoringRun]:
        return selectors.scoring_runs_of(model)

    @extend_schema(operation_id="model_scorings", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="model_score",
        request=shapes.ScoreSerializer,
        responses={202: AcceptedSerializer},
        examples=[OpenApiExample("a source", value={"source": "flights"}, request_only=True)],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        if not request.user.has_perm("quality.upload_data"):
            raise PermissionDenied
        model = find_model(name)
        form = shapes.ScoreSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        with as_problems():
            run = services.request_scoring(
                version=find_version(model, data.get("version")),
                source=find_source(data["source"]),
                target_name=data.get("target", ""),
                by=request.user,
                trigger=Trigger.API,
            )
        return accepted(run, shapes.scoring_url(run))


class ScoringView(ApiView):
    @extend_schema(operation_id="model_scoring", responses=shapes.BatchScoringSerializer, tags=TAGS)
    def get(self, request: Request, name: str, pk: int) -> Response:
        return Response(shapes.BatchScoringSerializer(_run(name, pk)).data)


class ScoringCancelView(ApiView):
    permissions = {"POST": "models_registry.predict"}

    @extend_schema(
        operation_id="model_scoring_cancel", request=None, responses=shapes.BatchScoringSerializer, tags=TAGS
    )
    def post(self, request: Request, name: str, pk: int) -> Response:
        run = _run(name, pk)
        if not services.cancel_scoring(run=run, by=request.user):
            raise already_over(run)
        return Response(shapes.BatchScoringSerializer(run).data)


def _run(name: str, pk: int) -> ScoringRun:
    return find_row(selectors.scoring_runs_of(find_model(name)), pk, what=_("scoring"))
