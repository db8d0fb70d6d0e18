"""Versions, and who answers."""

from django.db.models import QuerySet

from models_registry.models import AliasChange, Model, ModelVersion


def versions_of(model: Model) -> QuerySet[ModelVersion]:
    """Newest first, without blobs, with who made them and the job that did; one query."""
    return model.versions.without_blobs().select_related("created_by", "deploy_run").order_by("-number")


def aliases_of(model: Model) -> dict[str, ModelVersion]:
    """The version each alias stands for now; one query."""
    newest: dict[str, AliasChange] = {}
    for change in alias_changes(model):
        newest.setdefault(change.alias, change)
    return {alias: change.version for alias, change in newest.items() if not change.withdrawn}


def alias_changes(model: Model) -> QuerySet[AliasChange]:
    """Every move, newest first, with version and person; one query."""
    changes = model.alias_changes.select_related("version", "by")
    return changes.defer("version__reference_profile", "version__signature")
