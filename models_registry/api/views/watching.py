"""Endpoints of the watch over a model: its schedule, its policy, and what the policy would have said."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView
from models_registry import services
from models_registry.api.faults import as_problems
from models_registry.api.serializers import drift as shapes
from models_registry.api.views.common import TAGS, find_model, find_version
from models_registry.models import Model, Watch


class WatchView(ApiView):
    permissions = {"PATCH": "models_registry.change_watch"}

    @extend_schema(operation_id="model_watch", responses=shapes.WatchSerializer, tags=TAGS)
    def get(self, request: Request, name: str) -> Response:
        return Response(_told(find_model(name)))

    @extend_schema(
        operation_id="model_watch_change",
        request=shapes.WatchSerializer(partial=True),
        responses=shapes.WatchSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, name: str) -> Response:
        model = find_model(name)
        form = shapes.WatchSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        with as_problems("policy"):
            services.set_watch(model, by=request.user, **form.validated_data)
        return Response(_told(model))


class BacktestView(ApiView):
    """Judge the newest 60 windows by a policy that is not saved yet."""

    permissions = {"POST": "models_registry.check_drift"}

    @extend_schema(
        operation_id="model_drift_backtest",
        request=shapes.DriftPolicySerializer,
        responses=shapes.BacktestResultSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, name: str) -> Response:
        form = shapes.DriftPolicySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            policy = services.read_policy(form.validated_data)
            verdicts = services.backtest(find_version(find_model(name), None), policy)
        found = {"windows": len(verdicts), "alarms": sum(v.drifted for v in verdicts), "results": verdicts}
        return Response(shapes.BacktestResultSerializer(found).data)


def _told(model: Model) -> dict[str, Any]:
    watch = Watch.objects.filter(model=model).first() or Watch(model=model)
    policy = services.whole_policy(services.read_policy(watch.policy))
    return shapes.WatchSerializer(watch).data | {"policy": policy}
