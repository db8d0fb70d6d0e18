"""Routes: which alerts go to which channels."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.serializers.previews import RouteDraftSerializer, RoutePreviewSerializer
from alerts.api.serializers.routing import RouteSerializer
from alerts.api.views import TAGS
from alerts.api.views.setting_up import ThingListView, ThingView, documents, documents_list
from alerts.models import Route
from dataops.web.api.base import ApiView

CHANGE = "alerts.change_route"
EXAMPLE = OpenApiExample(
    "critical",
    value={"name": "Critical", "match": {"severity_at_least": "critical"}, "channels": [1]},
    request_only=True,
)


@documents_list("routes", "route", RouteSerializer, EXAMPLE)
class RouteListView(ThingListView):
    """Routes in the order they are asked."""

    permissions = {"POST": CHANGE}
    serializer_class = RouteSerializer
    queryset = Route.objects.prefetch_related("channels", "steps__channels")
    create = staticmethod(services.create_route)


@documents("route", RouteSerializer)
class RouteView(ThingView):
    """One route."""

    permissions = {"PATCH": CHANGE, "DELETE": CHANGE}
    model, shape = Route, RouteSerializer
    update, remove = staticmethod(services.update_route), staticmethod(services.delete_route)


class RoutePreviewView(ApiView):
    """Which of the newest alerts a route would take, and where they would go; nothing is saved."""

    permissions = {"POST": CHANGE}

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
