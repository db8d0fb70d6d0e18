"""Views of the list that people keep: the caller's own, and those shared with everybody."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers.saved import SavedViewSerializer
from alerts.api.views import TAGS
from alerts.models import SavedView
from alerts.selectors import kept_views
from alerts.services.saved import ALERTS
from dataops.web.api.base import ApiView
from dataops.web.api.idempotency import idempotent


class SavedViewListView(ApiView, generics.ListAPIView):
    """Kept views by name."""

    serializer_class = SavedViewSerializer
    queryset = SavedView.objects.none()

    def get_queryset(self) -> QuerySet[SavedView]:
        return kept_views(self.request.query_params.get("area", ALERTS), self.request.user)

    @extend_schema(
        operation_id="alerts_views",
        parameters=[
            OpenApiParameter(
                "area", str, description="Of which list: `alerts` (the default), `quality` or `models`."
            )
        ],
        tags=TAGS,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alerts_view_save",
        description="The same name again changes that view of the caller.",
        request=SavedViewSerializer,
        responses={201: SavedViewSerializer},
        examples=[
            OpenApiExample(
                "mine, critical",
                value={"name": "Mine, critical", "query": "severity=critical&owner=me", "shared": True},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = SavedViewSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        view = services.save_view(by=request.user, **form.validated_data)
        return Response(SavedViewSerializer(view).data, status=201)


class SavedViewView(ApiView):
    @extend_schema(operation_id="alerts_view_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        """One's own; administrators delete shared ones of others too."""
        view = get_object_or_404(SavedView.objects.deletable_by(request.user), pk=pk)
        services.delete_view(view, by=request.user)
        return Response(status=204)
