"""Policies: how many reports open and end an alert."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers.policies import PolicySerializer
from alerts.api.views import TAGS
from alerts.models import Policy
from dataops.web.api.base import ApiView
from dataops.web.api.idempotency import idempotent


class PolicyListView(ApiView, generics.ListAPIView):
    """Policies in the order they are asked."""

    permissions = {"POST": "alerts.change_policy"}
    serializer_class = PolicySerializer
    queryset = Policy.objects.all()

    @extend_schema(operation_id="alerts_policies", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alerts_policy_create",
        request=PolicySerializer,
        responses={201: PolicySerializer},
        examples=[
            OpenApiExample(
                "patient with drift",
                value={"name": "Drift", "match": {"kind": "drift"}, "open_after": 2, "open_within": 3},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = PolicySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        policy = services.create_policy(by=request.user, **form.validated_data)
        return Response(PolicySerializer(policy).data, status=201)


class PolicyView(ApiView):
    permissions = {"PATCH": "alerts.change_policy", "DELETE": "alerts.change_policy"}

    @extend_schema(operation_id="alerts_policy", responses=PolicySerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(PolicySerializer(get_object_or_404(Policy, pk=pk)).data)

    @extend_schema(
        operation_id="alerts_policy_change",
        request=PolicySerializer,
        responses=PolicySerializer,
        tags=TAGS,
    )
    def patch(self, request: Request, pk: int) -> Response:
        policy = get_object_or_404(Policy, pk=pk)
        form = PolicySerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        policy = services.update_policy(policy, by=request.user, **form.validated_data)
        return Response(PolicySerializer(policy).data)

    @extend_schema(operation_id="alerts_policy_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        services.delete_policy(get_object_or_404(Policy, pk=pk), by=request.user)
        return Response(status=204)
