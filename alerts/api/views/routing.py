"""Channels, routes and the delivery log."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import selectors, services
from alerts.api.serializers import routing as shapes
from alerts.api.serializers.previews import RouteDraftSerializer, RoutePreviewSerializer
from alerts.api.views import TAGS
from alerts.forms import DeliveryFilter
from alerts.models import Channel, Notification, Route
from dataops.web.api.base import AcceptedSerializer, ApiView
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem


class ChannelListView(ApiView, generics.ListAPIView):
    permissions = {"POST": "alerts.change_channel"}
    dangerous = ("POST",)
    serializer_class = shapes.ChannelSerializer
    queryset = Channel.objects.all()

    @extend_schema(operation_id="alerts_channels", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alerts_channel_create",
        request=shapes.ChannelSerializer,
        responses={201: shapes.ChannelSerializer},
        examples=[
            OpenApiExample(
                "e-mail",
                value={"name": "On call", "kind": "email", "config": {"recipients": ["oncall@example.com"]}},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.ChannelSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        channel = services.create_channel(by=request.user, **form.validated_data)
        return Response(shapes.ChannelSerializer(channel).data, status=201)


class ChannelView(ApiView):
    permissions = {"PATCH": "alerts.change_channel", "DELETE": "alerts.change_channel"}
    dangerous = ("PATCH", "DELETE")

    @extend_schema(operation_id="alerts_channel", responses=shapes.ChannelSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.ChannelSerializer(get_object_or_404(Channel, pk=pk)).data)

    @extend_schema(
        operation_id="alerts_channel_change",
        request=shapes.ChannelChangeSerializer,
        responses=shapes.ChannelSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, pk: int) -> Response:
        channel = get_object_or_404(Channel, pk=pk)
        form = shapes.ChannelChangeSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        channel = services.update_channel(channel, by=request.user, **form.validated_data)
        return Response(shapes.ChannelSerializer(channel).data)

    @extend_schema(operation_id="alerts_channel_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        """Cancels what waits for it; routes stay without it, the delivery log under its name."""
        services.delete_channel(get_object_or_404(Channel, pk=pk), by=request.user)
        return Response(status=204)


class ChannelTestView(ApiView):
    """Send a harmless message through the channel, by the same road as every other."""

    permissions = {"POST": "alerts.change_channel"}

    @extend_schema(
        operation_id="alerts_channel_test", request=None, responses={202: AcceptedSerializer}, tags=TAGS
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return _on_its_way(services.send_test(get_object_or_404(Channel, pk=pk), by=request.user))


class RouteListView(ApiView, generics.ListAPIView):
    permissions = {"POST": "alerts.change_route"}
    serializer_class = shapes.RouteSerializer
    queryset = Route.objects.prefetch_related("channels", "steps__channels")

    @extend_schema(operation_id="alerts_routes", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alerts_route_create",
        request=shapes.RouteSerializer,
        responses={201: shapes.RouteSerializer},
        examples=[
            OpenApiExample(
                "critical",
                value={"name": "Critical", "match": {"severity_at_least": "critical"}, "channels": [1]},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.RouteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        route = services.create_route(by=request.user, **form.validated_data)
        return Response(shapes.RouteSerializer(route).data, status=201)


class RoutePreviewView(ApiView):
    """Which of the newest alerts a route would take, and where they would go; nothing is saved."""

    permissions = {"POST": "alerts.change_route"}

    @extend_schema(
        operation_id="alerts_route_preview",
        request=RouteDraftSerializer,
        responses=RoutePreviewSerializer,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        form = RouteDraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(RoutePreviewSerializer(services.preview_route(**form.draft)).data)


class RouteView(ApiView):
    permissions = {"PATCH": "alerts.change_route", "DELETE": "alerts.change_route"}

    @extend_schema(operation_id="alerts_route", responses=shapes.RouteSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.RouteSerializer(get_object_or_404(Route, pk=pk)).data)

    @extend_schema(
        operation_id="alerts_route_change",
        request=shapes.RouteSerializer,
        responses=shapes.RouteSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, pk: int) -> Response:
        route = get_object_or_404(Route, pk=pk)
        form = shapes.RouteSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        route = services.update_route(route, by=request.user, **form.validated_data)
        return Response(shapes.RouteSerializer(route).data)

    @extend_schema(operation_id="alerts_route_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        services.delete_route(get_object_or_404(Route, pk=pk), by=request.user)
        return Response(status=204)


class DeliveryListView(ApiView, generics.ListAPIView):
    """Every message, newest first, with its tries."""

    serializer_class = shapes.DeliverySerializer
    filterset_class = DeliveryFilter
    queryset = selectors.deliveries()

    @extend_schema(operation_id="alerts_deliveries", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DeliveryView(ApiView):
    @extend_schema(operation_id="alerts_delivery", responses=shapes.DeliverySerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(shapes.DeliverySerializer(get_object_or_404(selectors.deliveries(), pk=pk)).data)


class DeliveryRetryView(ApiView):
    """Send again what was given up, cancelled, or waits for its next try."""

    permissions = {"POST": "alerts.handle_alert"}

    @extend_schema(
        operation_id="alerts_delivery_retry", request=None, responses={202: AcceptedSerializer}, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        message = get_object_or_404(Notification, pk=pk)
        try:
            message = services.retry(message, by=request.user)
        except services.Conflict as conflict:
            raise Problem(409, str(conflict), code="conflict") from conflict
        return _on_its_way(message)


def _on_its_way(message: Notification) -> Response:
    url = reverse("api-alerts-delivery", args=[message.pk])
    body = {"id": message.pk, "status": message.state, "url": url}
    return Response(body, status=202, headers={"Location": url})
