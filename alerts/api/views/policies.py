"""Policies: how many reports open and end an alert."""

from drf_spectacular.utils import OpenApiExample

from alerts import services
from alerts.api.serializers.policies import PolicySerializer
from alerts.api.views.setting_up import ThingListView, ThingView, documents, documents_list
from alerts.models import Policy

CHANGE = "alerts.change_policy"
EXAMPLE = OpenApiExample(
    "patient with drift",
    value={"name": "Drift", "match": {"kind": "drift"}, "open_after": 2, "open_within": 3},
    request_only=True,
)


@documents_list("policies", "policy", PolicySerializer, EXAMPLE)
class PolicyListView(ThingListView):
    """Policies in the order they are asked."""

    permissions = {"POST": CHANGE}
    serializer_class = PolicySerializer
    queryset = Policy.objects.all()
    create = staticmethod(services.create_policy)


@documents("policy", PolicySerializer)
class PolicyView(ThingView):
    """One policy."""

    permissions = {"PATCH": CHANGE, "DELETE": CHANGE}
    model, shape = Policy, PolicySerializer
    update, remove = staticmethod(services.update_policy), staticmethod(services.delete_policy)
