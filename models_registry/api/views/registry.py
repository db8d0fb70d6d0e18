"""Endpoints of models, versions and deployments."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView, accepted
from dataops.web.api.idempotency import idempotent
from dataops.web.api.parsers import JSONParser
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from models_registry import presenters, selectors, services
from models_registry.api.faults import already_over, as_problems
from models_registry.api.serializers import registry as shapes
from models_registry.api.serializers.drift import ModelsSummarySerializer
from models_registry.api.views.common import TAGS, ListView, find_model, find_row, find_version
from models_registry.models import AllowedType, DeployRun, Model, ModelVersion


class DeployView(ApiView):
    """Deploy a sample, trained by a worker after the answer, or an artifact, which a worker tries first."""

    parser_classes = (JSONParser, MultiPartParser)
    permissions = {"POST": "models_registry.deploy_model"}

    @extend_schema(
        operation_id="model_deploy",
        request={
            "application/json": shapes.DeploySerializer,
            "multipart/form-data": shapes.DeploySerializer,
        },
        responses={202: shapes.DeployAcceptedSerializer},
        examples=[
            OpenApiExample(
                "flights",
                value={"template": "flight-delayed"},
                request_only=True,
                media_type="application/json",
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.DeploySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        deploy = services.deploy_artifact if "file" in form.validated_data else services.deploy_model
        with as_problems():
            run = deploy(by=request.user, trigger=Trigger.API, **form.validated_data)
        response = accepted(run, shapes.deploy_url(run))
        response.data |= {"model": run.version.model.name, "version": run.version.number}
        return response


class DeployRunView(ApiView):
    @extend_schema(operation_id="model_deploy_run", responses=shapes.DeployRunSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.DeployRunSerializer(_deploy_run(pk)).data)


class DeployCancelView(ApiView):
    permissions = {"POST": "models_registry.deploy_model"}

    @extend_schema(
        operation_id="model_deploy_cancel", request=None, responses=shapes.DeployRunSerializer, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        run = _deploy_run(pk)
        if not services.cancel_deploy(run=run, by=request.user):
            raise already_over(run)
        return Response(shapes.DeployRunSerializer(run).data)


def _deploy_run(pk: int) -> DeployRun:
    return find_row(DeployRun.objects.select_related("version__model"), pk, what=_("deployment"))


class ModelListView(ApiView, generics.ListAPIView):
    """Models in use, each with how it is doing."""

    serializer_class = shapes.ListedModelSerializer
    filterset_fields = ("task",)
    listed: Sequence[Model] = ()

    def get_queryset(self) -> QuerySet[Model]:
        return selectors.models().prefetch_related("sources")

    def paginate_queryset(self, queryset: Any) -> Any:
        self.listed = super().paginate_queryset(queryset) or []
        return self.listed

    def get_serializer_context(self) -> dict[str, Any]:
        rows = presenters.model_rows(
            self.listed, selectors.open_alert_counts(model.pk for model in self.listed)
        )
        return {**super().get_serializer_context(), "standing": {row.model.pk: row for row in rows}}

    @extend_schema(operation_id="models", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ModelView(ApiView):
    permissions = {"PATCH": "models_registry.change_model"}

    @extend_schema(operation_id="model", responses=shapes.ModelDetailSerializer, tags=TAGS)
    def get(self, request: Request, name: str) -> Response:
        model = find_model(name)
        versions = list(selectors.versions_of(model)[:50])
        for version in versions:
            version.model = model
        aliases = {alias: version.number for alias, version in selectors.aliases_of(model).items()}
        told = {
            "aliases": aliases,
            "alias_history": shapes.AliasChangeSerializer(
                selectors.alias_changes(model)[:50], many=True
            ).data,
            "versions": shapes.VersionSerializer(versions, many=True).data,
        }
        return Response(shapes.ModelSerializer(model).data | told)

    @extend_schema(
        operation_id="model_update",
        request=shapes.ModelUpdateSerializer,
        responses=shapes.ModelSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, name: str) -> Response:
        model = find_model(name)
        form = shapes.ModelUpdateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.update_model(model=model, by=request.user, **form.validated_data)
        return Response(shapes.ModelSerializer(model).data)


class VersionListView(ListView):
    serializer_class = shapes.VersionSerializer
    empty = ModelVersion.objects.none()

    def rows(self, model: Model) -> QuerySet[ModelVersion]:
        return selectors.versions_of(model).select_related("model")

    @extend_schema(operation_id="model_versions", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class VersionView(ApiView):
    @extend_schema(operation_id="model_version", responses=shapes.VersionSerializer, tags=TAGS)
    def get(self, request: Request, name: str, number: int) -> Response:
        return Response(shapes.VersionSerializer(find_version(find_model(name), number)).data)


class PromoteView(ApiView):
    """Move an alias to this version; the champion answers from the next request on."""

    permissions = {"POST": "models_registry.promote_version"}

    @extend_schema(
        operation_id="model_promote",
        request=shapes.PromoteSerializer,
        responses=shapes.AliasChangeSerializer,
        examples=[
            OpenApiExample("promote", value={"alias": "champion", "reason": "lower error"}, request_only=True)
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str, number: int) -> Response:
        version = find_version(find_model(name), number)
        form = shapes.PromoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            change = services.promote_version(version=version, by=request.user, **form.validated_data)
        return Response(shapes.AliasChangeSerializer(change).data)


class AliasView(ApiView):
    """Take an alias from the version that has it; that of the champion only goes to another version."""

    permissions = {"DELETE": "models_registry.promote_version"}

    @extend_schema(
        operation_id="model_alias_withdraw",
        parameters=[shapes.ReasonSerializer],
        responses={204: None},
        tags=TAGS,
    )
    def delete(self, request: Request, name: str, alias: str) -> Response:
        form = shapes.ReasonSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        with as_problems():
            services.withdraw_alias(
                model=find_model(name), alias=alias, by=request.user, **form.validated_data
            )
        return Response(status=204)


class CompareView(ApiView):
    """A version beside another one."""

    @extend_schema(operation_id="model_compare", responses=shapes.VersionComparisonSerializer, tags=TAGS)
    def get(self, request: Request, name: str, number: int, other: int) -> Response:
        model = find_model(name)
        with as_problems():
            compared = services.compare_versions(find_version(model, number), find_version(model, other))
        return Response(shapes.VersionComparisonSerializer(compared).data)


class AllowedTypesView(ApiView, generics.ListAPIView):
    """Types that uploaded artifacts may name beyond those that come reviewed with the product."""

    permissions = {"POST": "models_registry.change_allowedtype"}
    serializer_class = shapes.AllowedTypeSerializer

    def get_queryset(self) -> QuerySet[AllowedType]:
        return selectors.added_types()

    @extend_schema(operation_id="model_allowed_types", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="model_allowed_type_add",
        request=shapes.AllowedTypeSerializer,
        responses={201: shapes.AllowedTypeSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.AllowedTypeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            row = services.allow_type(by=request.user, **form.validated_data)
        return Response(shapes.AllowedTypeSerializer(row).data, status=201)


class AllowedTypeView(ApiView):
    permissions = {"DELETE": "models_registry.change_allowedtype"}

    @extend_schema(operation_id="model_allowed_type_remove", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        row = find_row(selectors.added_types(), pk, what=_("allowed type"))
        services.disallow_type(row=row, by=request.user)
        return Response(status=204)


class SummaryView(ApiView):
    @extend_schema(operation_id="model_summary", responses=ModelsSummarySerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        return Response(selectors.summary())
