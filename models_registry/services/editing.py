"""What people may say about a model."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from alerts.services import close_subject
from dataops.web import audit
from dataops.web.sight import check_kept_to
from models_registry.models import Model

EDITABLE = frozenset(
    {
        "description", "owner", "kept_to", "tags", "sources", "runbook_url", "policy", "challenger_fraction",
        "prediction_days", "archived_at",
    }
)  # fmt: skip


def update_model(*, model: Model, by: Any, archived: bool | None = None, **fields: Any) -> Model:
    """Change what is EDITABLE; TypeError for anything else.

    ``archived`` puts it away now or brings it back; with it goes the end of its alerts.
    """
    if archived is not None and archived != (model.archived_at is not None):
        fields["archived_at"] = timezone.now() if archived else None
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"cannot be changed on a model: {', '.join(sorted(unknown))}")
    if not fields:
        return model
    if "kept_to" in fields:
        check_kept_to(model, fields["kept_to"], by=by)
    changes = {name: _shown(value) for name, value in fields.items()}
    sources = fields.pop("sources", None)
    for name, value in fields.items():
        setattr(model, name, value)
    with transaction.atomic():
        was_active = Model.objects.select_for_update().active().filter(pk=model.pk).exists()
        model.save(update_fields=[*fields])
        if sources is not None:
            model.sources.set(sources)
        audit.record("model.updated", by=by, target=model, changes=changes)
        if was_active and model.archived_at is not None:
            _close_alerts(model, by)
    return model


def _shown(value: Any) -> str:
    is_many = isinstance(value, Iterable) and not isinstance(value, str)
    return ", ".join(str(each) for each in value) if is_many else str(value)


def _close_alerts(model: Model, by: Any) -> None:
    """No later check will let the alerts of an archived model recover."""
    close_subject(subject_type="model", subject_id=str(model.pk), by=by, comment="The model was archived.")
