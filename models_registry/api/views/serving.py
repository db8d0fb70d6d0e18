"""Endpoints of predictions, their truth and their quality."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend  # type: ignore[import-untyped]
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web import params
from dataops.web.api.base import AcceptedSerializer, ApiView
from dataops.web.api.idempotency import idempotent
from dataops.web.api.parsers import AnyNumberParser
from dataops.web.api.renderers import PlainRenderer
from dataops.web.models import TokenScope
from models_registry import selectors, services
from models_registry.api.faults import as_problems
from models_registry.api.serializers import serving as shapes
from models_registry.api.serializers.ingesting import IngestFileSerializer
from models_registry.api.views.common import (
    FLIGHT,
    TAGS,
    ListView,
    find_model,
    find_row,
    find_served,
    find_version,
)
from models_registry.api.views.ingesting import take_file
from models_registry.enums import IngestKind
from models_registry.forms.filters import PredictionFilter
from models_registry.models import Model, ModelPerformance, Prediction

ASKED = shapes.PredictSerializer()
"""One for all requests, as it keeps nothing of them: making its fields anew takes a twentieth of each."""


class PredictView(ApiView):
    """Ask the champion about instances; each answer is logged under its id."""

    parser_classes = (AnyNumberParser,)
    renderer_classes = (PlainRenderer,)
    permissions = {"POST": "models_registry.predict"}
    scopes = {"POST": (TokenScope.PREDICT,)}

    @extend_schema(
        operation_id="model_predict",
        request=shapes.PredictSerializer,
        responses=shapes.PredictedSerializer,
        examples=[OpenApiExample("one flight", value={"instances": [FLIGHT]}, request_only=True)],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        model = find_served(name)
        data = ASKED.run_validation(request.data)
        with as_problems():
            answer = services.predict(
                model=model,
                version=find_version(model, data["version"]) if "version" in data else None,
                instances=data["instances"],
                ids=data.get("ids"),
                sticky_id=data.get("sticky_id", ""),
            )
        return Response(
            {
                "model": model.name,
                "version": answer.version.number,
                "predictions": answer.predictions,
                "probabilities": answer.probabilities,
                "prediction_ids": answer.prediction_ids,
                "violations": answer.violations,
            }
        )


class PredictionListView(ListView):
    """The prediction log, newest first; and taking in predictions that were made elsewhere."""

    parser_classes = (AnyNumberParser, MultiPartParser)
    permissions = {"POST": "models_registry.predict"}
    scopes = {"POST": (TokenScope.INGEST,)}
    serializer_class = shapes.PredictionSerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = PredictionFilter
    empty = Prediction.objects.none()

    def rows(self, model: Model) -> QuerySet[Prediction]:
        return selectors.predictions_of(model)

    @extend_schema(operation_id="model_predictions", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="model_predictions_record",
        request={
            "application/json": shapes.RecordSerializer,
            "multipart/form-data": IngestFileSerializer,
        },
        responses={201: shapes.RecordedSerializer, 202: AcceptedSerializer},
        examples=[
            OpenApiExample(
                "one",
                value={"predictions": [{"features": FLIGHT, "prediction": "delayed"}]},
                request_only=True,
                media_type="application/json",
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        model = find_model(name)
        if "file" in request.data:
            return take_file(request, model, IngestKind.PREDICTIONS)
        form = shapes.RecordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            version = find_version(model, form.validated_data.get("version"))
            ids = services.record_predictions(
                model=model, rows=form.validated_data["predictions"], version=version
            )
        return Response({"recorded": len(ids), "prediction_ids": ids}, status=201)


class ActualsView(ApiView):
    """What really happened, by prediction id; unknown and repeated ids are told, the others are taken."""

    parser_classes = (AnyNumberParser, MultiPartParser)
    permissions = {"POST": "models_registry.predict"}
    scopes = {"POST": (TokenScope.INGEST,)}

    @extend_schema(
        operation_id="model_actuals",
        request={
            "application/json": shapes.ActualsSerializer,
            "multipart/form-data": IngestFileSerializer,
        },
        responses={200: shapes.ReceivedSerializer, 202: AcceptedSerializer},
        examples=[
            OpenApiExample(
                "one",
                value={"actuals": [{"prediction_id": "...", "actual": "delayed"}]},
                request_only=True,
                media_type="application/json",
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        model = find_model(name)
        if "file" in request.data:
            return take_file(request, model, IngestKind.ACTUALS)
        form = shapes.ActualsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            received = services.record_actuals(model=model, rows=form.validated_data["actuals"])
        return Response(shapes.ReceivedSerializer(received).data)


class PerformanceView(ListView):
    """Metrics of training, and week by week: realised where the truth is known, estimated everywhere."""

    serializer_class = shapes.PerformanceSerializer
    empty = ModelPerformance.objects.none()

    def rows(self, model: Model) -> QuerySet[ModelPerformance]:
        return selectors.performance_of(model)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "trust": self._trust()}

    def _trust(self) -> dict[int, services.Trust]:
        if getattr(self, "swagger_fake_view", False):
            return {}
        return _trust_by_version(find_model(self.kwargs["name"]))

    @extend_schema(operation_id="model_performance", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _trust_by_version(model: Model) -> dict[int, services.Trust]:
    measured = selectors.measured_by_version(model)
    return {version: services.trust_of(model.task, rows) for version, rows in measured.items()}


class PerformanceDetailView(ApiView):
    """One measurement with where it was right and wrong."""

    @extend_schema(
        operation_id="model_performance_detail", responses=shapes.PerformanceDetailSerializer, tags=TAGS
    )
    def get(self, request: Request, name: str, pk: int) -> Response:
        model = find_model(name)
        row = find_row(ModelPerformance.objects.filter(version__model=model), pk, what="window")
        context = {"trust": _trust_by_version(model)}
        return Response(shapes.PerformanceDetailSerializer(row, context=context).data)


class UseView(ApiView):
    """Traffic, latency and errors of the newest 20 versions, newest first."""

    @extend_schema(operation_id="model_use", responses=shapes.UseSerializer(many=True), tags=TAGS)
    def get(self, request: Request, name: str) -> Response:
        return Response(shapes.UseSerializer(selectors.use_by_version(find_model(name)), many=True).data)


class CostsView(ApiView):
    """What it costs to take one class for another."""

    permissions = {"PUT": "models_registry.change_model"}

    @extend_schema(operation_id="model_costs", responses=shapes.CostsSerializer, tags=TAGS)
    def get(self, request: Request, name: str) -> Response:
        return _costs(find_model(name))

    @extend_schema(
        operation_id="model_costs_set",
        request=shapes.CostsSerializer,
        responses=shapes.CostsSerializer,
        examples=[
            OpenApiExample(
                "a missed delay costs ten times a false alarm",
                value={"classes": ["on_time", "delayed"], "costs": [[0, 1], [10, 0]]},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    def put(self, request: Request, name: str) -> Response:
        form = shapes.CostsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            model = services.set_costs(model=find_model(name), by=request.user, **form.validated_data)
        return _costs(model)


def _costs(model: Model) -> Response:
    return Response({"classes": services.known_classes(model), "costs": model.costs.get("costs", [])})


class MetricsView(ApiView):
    """What is measured beside the built-in metrics, and what could be."""

    permissions = {"PUT": "models_registry.change_model"}

    @extend_schema(operation_id="model_metrics", responses=shapes.ChosenMetricsSerializer, tags=TAGS)
    def get(self, request: Request, name: str) -> Response:
        return _metrics(find_model(name))

    @extend_schema(
        operation_id="model_metrics_set",
        request=shapes.OwnMetricsSerializer,
        responses=shapes.ChosenMetricsSerializer,
        examples=[
            OpenApiExample(
                "the likeliest twentieth",
                value={"metrics": {"top_precision": {"share": 0.05}}},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    def put(self, request: Request, name: str) -> Response:
        form = shapes.ChosenMetricsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return _metrics(services.set_metrics(model=find_model(name), by=request.user, **form.validated_data))


def _metrics(model: Model) -> Response:
    available = [
        {
            "key": measure.key,
            "label": measure.label,
            "settings": {name: params.default_of(measure, name) for name in params.form_fields(measure)},
        }
        for measure in services.measures_for(model.task)
    ]
    told = {"metrics": model.metrics, "available": available}
    return Response(shapes.ChosenMetricsSerializer(told).data)
