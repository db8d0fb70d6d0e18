"""Silences: when nobody is told."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers.silences import SilenceSerializer
from alerts.api.views import TAGS
from alerts.models import Silence
from dataops.web.api.base import ApiView
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem


class SilenceListView(ApiView, generics.ListAPIView):
    """Silences and maintenance windows, the one that ends last first."""

    permissions = {"POST": "alerts.change_silence"}
    serializer_class = SilenceSerializer
    queryset = Silence.objects.select_related("created_by")

    @extend_schema(operation_id="alerts_silences", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alerts_silence_create",
        request=SilenceSerializer,
        responses={201: SilenceSerializer},
        examples=[
            OpenApiExample(
                "nightly maintenance",
                value={
                    "match": {"tag": "warehouse"},
                    "reason": "Nightly load",
                    "starts_at": "2026-03-01T01:00:00Z",
                    "ends_at": "2026-03-01T03:00:00Z",
                    "repeat": "daily",
                    "time_zone": "Europe/Berlin",
                },
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = SilenceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        silence = services.create_silence(by=request.user, **form.validated_data)
        return Response(SilenceSerializer(silence).data, status=201)


class SilenceView(ApiView):
    permissions = {"PATCH": "alerts.change_silence", "DELETE": "alerts.change_silence"}

    @extend_schema(operation_id="alerts_silence", responses=SilenceSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(SilenceSerializer(get_object_or_404(Silence, pk=pk)).data)

    @extend_schema(
        operation_id="alerts_silence_change",
        request=SilenceSerializer,
        responses=SilenceSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, pk: int) -> Response:
        silence = get_object_or_404(Silence, pk=pk)
        form = SilenceSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        silence = services.update_silence(silence, by=request.user, **form.validated_data)
        return Response(SilenceSerializer(silence).data)

    @extend_schema(operation_id="alerts_silence_end", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        """End it now; what it held back is told within a minute."""
        try:
            services.end_silence(get_object_or_404(Silence, pk=pk), by=request.user)
        except services.Conflict as conflict:
            raise Problem(409, str(conflict), code="conflict") from conflict
        return Response(status=204)
