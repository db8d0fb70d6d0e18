"""How long what is over is kept, and what would go."""

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers.retention import RetentionSerializer
from alerts.api.views import TAGS
from dataops.web.api.base import ApiView, given


class RetentionView(ApiView):
    """Days that episodes, the delivery log and inboxes are kept."""

    permissions = {"PATCH": "web.change_globalsetting"}

    @extend_schema(operation_id="alerts_retention", responses=RetentionSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        return _answer(services.current_retention())

    @extend_schema(
        operation_id="alerts_retention_change",
        request=RetentionSerializer,
        responses=RetentionSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request) -> Response:
        services.set_retention(by=request.user, **given(RetentionSerializer, request, partial=True))
        return _answer(services.current_retention())


class RetentionPreviewView(ApiView):
    """What other days would remove; changes nothing."""

    @extend_schema(
        operation_id="alerts_retention_preview",
        request=RetentionSerializer,
        responses=RetentionSerializer,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        tried = given(RetentionSerializer, request, partial=True)
        return _answer(services.changed_retention(**tried))


def _answer(kept: services.Retention) -> Response:
    body = asdict(kept) | {"removes": services.preview_removal(kept)}
    return Response(RetentionSerializer(body).data)
