"""Files for the log and batch scorings, newest first."""

from django.db.models import QuerySet

from models_registry.models import IngestRun, Model, ScoringRun


def ingest_runs_of(model: Model) -> QuerySet[IngestRun]:
    """Files for the log, newest first, with model, version and person; one query."""
    runs = model.ingest_runs.select_related("model", "version", "requested_by")
    return runs.defer("version__reference_profile", "version__signature")


def scoring_runs_of(model: Model) -> QuerySet[ScoringRun]:
    """Batch scorings of all versions, newest first, with source and output; one query."""
    runs = ScoringRun.objects.filter(version__model=model)
    runs = runs.select_related("version__model", "snapshot__source", "output", "requested_by")
    return runs.defer("version__reference_profile", "version__signature")
