"""What people may say about a model."""

from typing import Any

from django.db import transaction

from dataops.web import audit
from models_registry.models import Model

EDITABLE = frozenset({"description", "owner", "tags", "archived_at"})


def update_model(*, model: Model, by: Any, **fields: Any) -> Model:
    """Change description, owner, tags, or when it was archived; TypeError for anything else."""
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"cannot be changed on a model: {', '.join(sorted(unknown))}")
    if not fields:
        return model
    for name, value in fields.items():
        setattr(model, name, value)
    with transaction.atomic():
        model.save(update_fields=[*fields])
        changes = {name: str(value) for name, value in fields.items()}
        audit.record("model.updated", by=by, target=model, changes=changes)
    return model
