"""Channels: ways to reach people."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers.routing import ChannelChangeSerializer, ChannelSerializer
from alerts.api.views import TAGS
from alerts.api.views.deliveries import on_its_way
from alerts.api.views.setting_up import ThingListView, ThingView, documents, documents_list
from alerts.models import Channel
from dataops.web.api.base import AcceptedSerializer, ApiView
from dataops.web.api.idempotency import idempotent

CHANGE = "alerts.change_channel"
EXAMPLE = OpenApiExample(
    "e-mail",
    value={"name": "On call", "kind": "email", "config": {"recipients": ["oncall@example.com"]}},
    request_only=True,
)


@documents_list("channels", "channel", ChannelSerializer, EXAMPLE)
class ChannelListView(ThingListView):
    """Channels by name; secrets are not shown."""

    permissions = {"POST": CHANGE}
    dangerous = ("POST",)
    serializer_class = ChannelSerializer
    queryset = Channel.objects.all()
    create = staticmethod(services.create_channel)


@documents(
    "channel",
    ChannelSerializer,
    change_shape=ChannelChangeSerializer,
    says="Cancels what waits for it; routes stay without it, the delivery log under its name.",
)
class ChannelView(ThingView):
    """One way to reach people."""

    permissions = {"PATCH": CHANGE, "DELETE": CHANGE}
    dangerous = ("PATCH", "DELETE")
    model, shape, change_shape = Channel, ChannelSerializer, ChannelChangeSerializer
    update, remove = staticmethod(services.update_channel), staticmethod(services.delete_channel)


class ChannelTestView(ApiView):
    """Send a harmless message through the channel, by the same road as every other."""

    permissions = {"POST": CHANGE}

    @extend_schema(
        operation_id="alerts_channel_test", request=None, responses={202: AcceptedSerializer}, tags=TAGS
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return on_its_way(services.send_test(get_object_or_404(Channel, pk=pk), by=request.user))
