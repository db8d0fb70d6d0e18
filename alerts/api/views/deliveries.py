"""The delivery log."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import selectors, services
from alerts.api.serializers.routing import DeliverySerializer
from alerts.api.views import TAGS
from alerts.api.views.setting_up import conflicts
from alerts.forms import DeliveryFilter
from alerts.models import Notification
from dataops.web.api.base import AcceptedSerializer, ApiView


class DeliveryListView(ApiView, generics.ListAPIView):
    """Every message, newest first, with its tries."""

    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter

    def get_queryset(self) -> QuerySet[Notification]:
        return selectors.deliveries()

    @extend_schema(operation_id="alerts_deliveries", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DeliveryView(ApiView):
    """One message, and what became of it."""

    @extend_schema(operation_id="alerts_delivery", responses=DeliverySerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(DeliverySerializer(get_object_or_404(selectors.deliveries(), pk=pk)).data)


class DeliveryRetryView(ApiView):
    """Send again what was given up, cancelled, or waits for its next try."""

    permissions = {"POST": "alerts.handle_alert"}

    @extend_schema(
        operation_id="alerts_delivery_retry", request=None, responses={202: AcceptedSerializer}, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        message = get_object_or_404(Notification, pk=pk)
        with conflicts():
            message = services.retry(message, by=request.user)
        return on_its_way(message)


def on_its_way(message: Notification) -> Response:
    """202 with the place where its tries are told."""
    url = reverse("api-alerts-delivery", args=[message.pk])
    body = {"id": message.pk, "status": message.state, "url": url}
    return Response(body, status=202, headers={"Location": url})
