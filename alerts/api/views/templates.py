"""The words of messages, by kind of channel."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers import templates as shapes
from alerts.api.views import TAGS
from alerts.channels import ChannelKind
from alerts.models import MessageTemplate
from alerts.services import wording
from dataops.web.api.base import ApiView

CHANGE = "alerts.change_messagetemplate"


class TemplateListView(ApiView, generics.ListAPIView):
    """The words of every kind of channel that takes templates."""

    serializer_class = shapes.TemplateSerializer
    queryset = MessageTemplate.objects.none()

    @extend_schema(operation_id="alerts_templates", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        return [_shown(kind) for kind in wording.kinds()]


class TemplateView(ApiView):
    permissions = {"PUT": CHANGE, "DELETE": CHANGE}

    @extend_schema(operation_id="alerts_template", responses=shapes.TemplateSerializer, tags=TAGS)
    def get(self, request: Request, kind: str) -> Response:
        return Response(shapes.TemplateSerializer(_shown(_kind(kind))).data)

    @extend_schema(
        operation_id="alerts_template_save",
        request=shapes.TemplateSerializer,
        responses=shapes.TemplateSerializer,
        examples=[
            OpenApiExample(
                "short",
                value={"subject": "{{ first.subject }}: {{ first.title }}", "body": "{{ first.message }}"},
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    def put(self, request: Request, kind: str) -> Response:
        form = shapes.TemplateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        services.save_template(_kind(kind).key, by=request.user, **form.validated_data)
        return Response(shapes.TemplateSerializer(_shown(_kind(kind))).data)

    @extend_schema(operation_id="alerts_template_reset", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, kind: str) -> Response:
        """Back to the default words; older versions stay listed."""
        services.reset_template(_kind(kind).key, by=request.user)
        return Response(status=204)


class TemplatePreviewView(ApiView):
    """What a message would say in these words; nothing is saved or sent."""

    permissions = {"POST": CHANGE}

    @extend_schema(
        operation_id="alerts_template_preview",
        request=shapes.PreviewSerializer,
        responses=shapes.WordsSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, kind: str) -> Response:
        form = shapes.PreviewSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        chosen = form.validated_data.pop("delivery", None)
        message = wording.sent_before(chosen) if chosen else wording.sample()
        words = services.preview_template(_kind(kind).key, message=message, **form.validated_data)
        return Response(shapes.WordsSerializer(words).data)


def _shown(kind: ChannelKind) -> dict[str, Any]:
    newest = MessageTemplate.objects.of(kind.key).select_related("created_by").first()
    return shapes.shape(kind, newest)


def _kind(key: str) -> ChannelKind:
    found = {kind.key: kind for kind in wording.kinds()}.get(key)
    if found is None:
        raise Http404(f"no templates for {key!r}")
    return found
