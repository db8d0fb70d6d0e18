"""The quality app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "quality"

    def ready(self) -> None:
        from alerts.services import runbooks, saved
        from dataops.web import metrics
        from quality.selectors import FILTERS
        from quality.selectors.metrics import metrics as quality_metrics
        from quality.selectors.runbooks import runbooks_of

        saved.enter("quality", "quality:source_list", FILTERS)
        runbooks.FINDERS["source"] = runbooks_of
        metrics.SOURCES.append(quality_metrics)
