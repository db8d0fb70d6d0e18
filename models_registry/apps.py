"""The models_registry app."""

from django.apps import AppConfig


class ModelsRegistryConfig(AppConfig):
    name = "models_registry"
    verbose_name = "Models"

    def ready(self) -> None:
        from alerts.services import runbooks
        from models_registry.selectors import runbooks_of
        from models_registry.services import log_origin

        runbooks.FINDERS["model"] = runbooks_of
        log_origin.register()
