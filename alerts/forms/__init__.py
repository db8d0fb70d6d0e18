"""Forms and filters of the pages; the API uses the filters too."""

from alerts.forms.alerts import (
    ActionForm,
    AssignForm,
    BulkForm,
    CommentForm,
    ReopenForm,
    ResolveForm,
    SnoozeForm,
)
from alerts.forms.channels import ChannelForm
from alerts.forms.filters import AlertFilter, DeliveryFilter
from alerts.forms.personal import PreferenceForm, StanceForm
from alerts.forms.policies import PolicyForm
from alerts.forms.reporting import ReportForm
from alerts.forms.routes import RouteForm
from alerts.forms.saved import SavedViewForm, clean_query
from alerts.forms.silences import SilenceForm
from alerts.forms.templates import TemplateForm

__all__ = [
    "ActionForm",
    "AlertFilter",
    "AssignForm",
    "BulkForm",
    "ChannelForm",
    "CommentForm",
    "DeliveryFilter",
    "PolicyForm",
    "PreferenceForm",
    "ReopenForm",
    "ReportForm",
    "ResolveForm",
    "RouteForm",
    "SavedViewForm",
    "SilenceForm",
    "SnoozeForm",
    "StanceForm",
    "TemplateForm",
    "clean_query",
]
