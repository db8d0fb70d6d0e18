"""Silences: when nobody is told."""

from drf_spectacular.utils import OpenApiExample

from alerts import services
from alerts.api.serializers.silences import SilenceSerializer
from alerts.api.views.setting_up import ThingListView, ThingView, documents, documents_list
from alerts.models import Silence

CHANGE = "alerts.change_silence"
EXAMPLE = OpenApiExample(
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


@documents_list("silences", "silence", SilenceSerializer, EXAMPLE)
class SilenceListView(ThingListView):
    """Silences and maintenance windows, the one that ends last first."""

    permissions = {"POST": CHANGE}
    serializer_class = SilenceSerializer
    queryset = Silence.objects.select_related("created_by")
    create = staticmethod(services.create_silence)


@documents(
    "silence", SilenceSerializer, removal="end", says="End it now; what it held back is told within a minute."
)
class SilenceView(ThingView):
    """One silence, or maintenance window."""

    permissions = {"PATCH": CHANGE, "DELETE": CHANGE}
    model, shape = Silence, SilenceSerializer
    update, remove = staticmethod(services.update_silence), staticmethod(services.end_silence)
