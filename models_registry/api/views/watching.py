"""Endpoints of the watch over a model: its schedule, its policy, and what the policy would have said."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import AcceptedSerializer, ApiView, accepted, given
from dataops.web.api.idempotency import idempotent
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.api.faults import already_over, as_problems
from models_registry.api.serializers import drift as shapes
from models_registry.api.views.common import TAGS, find_model, find_row, find_version
from models_registry.models import DriftBacktest, Model, Watch


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


class SharedPolicyView(ApiView):
    """What counts as drift for every model that has no policy of its own."""

    permissions = {"PATCH": "web.change_globalsetting"}

    @extend_schema(operation_id="drift_policy", responses=shapes.SharedPolicySerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        told = services.whole_policy(services.shared_policy())
        return Response(shapes.SharedPolicySerializer(told).data)

    @extend_schema(
        operation_id="drift_policy_change",
        request=shapes.SharedPolicySerializer(partial=True),
        responses=shapes.SharedPolicySerializer,
        tags=TAGS,
    )
    def patch(self, request: Request) -> Response:
        with as_problems():
            services.set_shared_policy(
                given(shapes.SharedPolicySerializer, request, partial=True), by=request.user
            )
        return self.get(request)


class BacktestView(ApiView):
    """Judge the newest 60 windows by a policy that is not saved yet; a worker does it."""

    permissions = {"POST": "models_registry.check_drift"}

    @extend_schema(
        operation_id="model_drift_backtest",
        request=shapes.DriftPolicySerializer,
        responses={202: AcceptedSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, name: str) -> Response:
        version = find_version(find_model(name), None)
        form = shapes.DriftPolicySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with as_problems():
            job = services.request_backtest(
                version=version, policy=form.validated_data, by=request.user, trigger=Trigger.API
            )
        return accepted(job, shapes.backtest_url(job))


class BacktestRunView(ApiView):
    """How a policy fares on earlier windows."""

    @extend_schema(
        operation_id="model_drift_backtest_run", responses=shapes.DriftBacktestSerializer, tags=TAGS
    )
    def get(self, request: Request, name: str, pk: int) -> Response:
        return Response(shapes.DriftBacktestSerializer(_backtest(name, pk)).data)


class BacktestCancelView(ApiView):
    permissions = {"POST": "models_registry.check_drift"}

    @extend_schema(
        operation_id="model_drift_backtest_cancel",
        request=None,
        responses=shapes.DriftBacktestSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, name: str, pk: int) -> Response:
        job = _backtest(name, pk)
        if not services.cancel_backtest(run=job, by=request.user):
            raise already_over(job)
        return Response(shapes.DriftBacktestSerializer(job).data)


def _backtest(name: str, pk: int) -> DriftBacktest:
    return find_row(selectors.backtests_of(find_model(name)), pk, what=_("back-test"))


def _told(model: Model) -> dict[str, Any]:
    watch = Watch.objects.filter(model=model).first() or Watch(model=model)
    policy = services.whole_policy(services.read_policy(watch.policy, services.shared_policy()))
    return shapes.WatchSerializer(watch).data | {"policy": policy}
