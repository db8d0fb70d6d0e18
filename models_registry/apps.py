"""The models_registry app."""

from django.apps import AppConfig
from django.core.signals import request_finished


class ModelsRegistryConfig(AppConfig):
    name = "models_registry"
    verbose_name = "Models"

    def ready(self) -> None:
        from alerts.services import runbooks, saved
        from dataops.web import metrics
        from models_registry.presenters.metrics import metrics as model_metrics
        from models_registry.selectors import FILTERS, runbooks_of
        from models_registry.services import log_origin
        from models_registry.services.request_counts import write_counts

        saved.enter("models", "models:model_list", FILTERS)
        runbooks.FINDERS["model"] = runbooks_of
        metrics.SOURCES.append(model_metrics)
        log_origin.register()
        request_finished.connect(write_counts, dispatch_uid="models_registry.write_counts")
