"""Start-up of the project as a whole."""

from importlib import import_module

from django.apps import AppConfig


class DataOpsConfig(AppConfig):
    name = "dataops"
    verbose_name = "DataOps Inspector"

    def ready(self) -> None:
        # shared_task and the publisher need the application wherever Django runs, not only in workers.
        import_module("dataops.celery")
        import_module("dataops.checks")
        import_module("dataops.plugins").load()
