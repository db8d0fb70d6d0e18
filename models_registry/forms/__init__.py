"""Forms of the models room, by subject."""

from models_registry.forms.costs import costs_form, costs_in
from models_registry.forms.deploying import (
    AllowTypeForm,
    CompareForm,
    DeployForm,
    PromoteForm,
    UploadModelForm,
    VersionForm,
)
from models_registry.forms.instances import instance_form
from models_registry.forms.metrics import MetricsForm
from models_registry.forms.serving import AboutForm, IngestForm, ScoringForm
from models_registry.forms.watching import DriftForm, PolicyForm, WatchForm, WatchRowForm

__all__ = [
    "AboutForm",
    "AllowTypeForm",
    "CompareForm",
    "DeployForm",
    "DriftForm",
    "IngestForm",
    "MetricsForm",
    "PolicyForm",
    "PromoteForm",
    "ScoringForm",
    "UploadModelForm",
    "VersionForm",
    "WatchForm",
    "WatchRowForm",
    "costs_form",
    "costs_in",
    "instance_form",
]
