"""Alerts: list, report in, look at one, act on it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import selectors, services
from alerts.api.serializers import alerts as shapes
from alerts.api.serializers.alertmanager import AlertmanagerReceiptSerializer, AlertmanagerSerializer
from alerts.api.serializers.analytics import AnalyticsSerializer, PeriodSerializer
from alerts.api.serializers.policies import PolicySerializer
from alerts.api.views import TAGS
from alerts.api.views.setting_up import conflicts
from alerts.forms import AlertFilter
from alerts.models import Alert
from dataops.web.api.base import ApiView, given
from dataops.web.api.idempotency import idempotent

PEOPLE = ("assignee", "acknowledged_by", "resolved_by")


class AlertListView(ApiView, generics.ListAPIView):
    """Alerts, worst first; and the door for other systems that report in."""

    permissions = {"POST": "alerts.handle_alert"}
    serializer_class = shapes.AlertSerializer
    filterset_class = AlertFilter

    def get_queryset(self) -> QuerySet[Alert]:
        return Alert.objects.worst_first().select_related(*PEOPLE)

    @extend_schema(operation_id="alerts", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alert_report",
        description="201 when it opened a new alert, 200 when it added to a known one, "
        "204 when something is over that was never reported.",
        request=shapes.ReportSerializer,
        responses={
            201: shapes.FullAlertSerializer,
            200: shapes.FullAlertSerializer,
            204: None,
        },
        examples=[
            OpenApiExample(
                "backup",
                value={
                    "title": "The nightly backup did not finish",
                    "severity": "critical",
                    "fingerprint": "backup/nightly",
                    "subject": {"type": "system", "id": "backup", "name": "Backup"},
                },
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.ReportSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        alert = services.report_from_outside(form.said, by=request.user, **form.about)
        if alert is None:
            return Response(status=204)
        is_new = alert.version == 1 and alert.count == 1
        return _shown(alert.pk, status=201 if is_new else 200)


class AnalyticsView(ApiView):
    """How many, how quickly people react, and which alerts are only noise."""

    @extend_schema(
        operation_id="alerts_analytics",
        parameters=[PeriodSerializer],
        responses=AnalyticsSerializer,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        form = PeriodSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        found = selectors.analytics(**form.validated_data)
        proposals = services.proposals(noise.alert for noise in found.noisiest)
        return Response(AnalyticsSerializer(found, context={"proposals": proposals}).data)


class PatienceView(ApiView):
    """Makes a policy of what the analytics propose for an alert."""

    permissions = {"POST": "alerts.change_policy"}

    @extend_schema(operation_id="alert_patience", request=None, responses={201: PolicySerializer}, tags=TAGS)
    def post(self, request: Request, pk: int) -> Response:
        """409 when nothing is proposed for it."""
        with conflicts():
            policy = services.adopt_proposal(get_object_or_404(Alert, pk=pk), by=request.user)
        return Response(PolicySerializer(policy).data, status=201)


class AlertmanagerView(ApiView):
    """Takes the webhook of Prometheus Alertmanager: each of its alerts becomes one here."""

    permissions = {"POST": "alerts.handle_alert"}

    @extend_schema(
        operation_id="alerts_from_alertmanager",
        request=AlertmanagerSerializer,
        responses=AlertmanagerReceiptSerializer,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        form = AlertmanagerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        known = services.take_alertmanager(form.told, by=request.user)
        return Response({"alerts": [alert.pk for alert in known]})


class AlertView(ApiView):
    @extend_schema(operation_id="alert", responses=shapes.FullAlertSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return _shown(pk)


class SummaryView(ApiView):
    @extend_schema(operation_id="alerts_summary", responses=shapes.AlertsSummarySerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        return Response(selectors.summary())


class ActionView(ApiView):
    """One action on one alert; each subclass names the body and the service."""

    permissions = {"POST": "alerts.handle_alert"}
    body: type[serializers.Serializer] = shapes.ActionSerializer
    service: Callable[..., object]

    def post(self, request: Request, pk: int) -> Response:
        alert = get_object_or_404(Alert, pk=pk)
        said = given(self.body, request)
        with conflicts():
            type(self).service(alert, by=request.user, **said)
        return _shown(pk)


def _action(
    name: str, body: type[serializers.Serializer], service: Callable[..., object]
) -> type[ActionView]:
    """An ActionView with its own entry in the schema."""
    described = extend_schema_view(
        post=extend_schema(
            operation_id=f"alert_{name}", request=body, responses=shapes.FullAlertSerializer, tags=TAGS
        )
    )
    members = {"body": body, "service": staticmethod(service), "__doc__": service.__doc__}
    return described(type(f"{name.capitalize()}View", (ActionView,), members))


AcknowledgeView = _action("acknowledge", shapes.ActionSerializer, services.acknowledge)
AssignView = _action("assign", shapes.AssignSerializer, services.assign)
ResolveView = _action("resolve", shapes.ResolveSerializer, services.resolve)
ReopenView = _action("reopen", shapes.ActionSerializer, services.reopen)
SnoozeView = _action("snooze", shapes.SnoozeSerializer, services.snooze)
UnsnoozeView = _action("unsnooze", shapes.UnsnoozeSerializer, services.unsnooze)
CommentView = _action("comment", shapes.CommentSerializer, services.comment)


def _shown(pk: int, *, status: int = 200) -> Response:
    alerts = Alert.objects.select_related(*PEOPLE).prefetch_related("events__actor")
    alert = get_object_or_404(alerts, pk=pk)
    return Response(shapes.FullAlertSerializer(alert).data, status=status)
