"""Moving an alias: every move is a row with who, when and why."""

from typing import Any

from django.db import transaction

from dataops.web import audit
from models_registry.enums import Alias
from models_registry.models import AliasChange, Model, ModelVersion
from models_registry.services.errors import NotAccepted, NotPossible


def promote_version(*, version: ModelVersion, alias: str, reason: str = "", by: Any) -> AliasChange:
    """Give ``alias`` to a ready version; the champion answers from the next request on.

    Raises NotAccepted for an unknown alias, NotPossible when the version is not ready or has it already.
    """
    if alias not in Alias.values:
        raise NotAccepted(f"There is no alias {alias[:40]!r}; there are: {', '.join(Alias.values)}.")
    if not version.is_ready:
        raise NotPossible(f"{version} is {version.state}; only a ready version can take an alias.")
    with transaction.atomic():
        Model.objects.select_for_update().get(pk=version.model_id)
        newest = AliasChange.objects.filter(model_id=version.model_id, alias=alias).first()
        if newest is not None and newest.version_id == version.pk:
            raise NotPossible(f"{version} is the {alias} already.")
        change = move_alias(version, alias, by=by, reason=reason)
        audit.record("model.promoted", by=by, target=version, changes={"alias": alias, "reason": reason})
    return change


def move_alias(version: ModelVersion, alias: str, *, by: Any, reason: str) -> AliasChange:
    """Append the move and keep the model's champion in step; call it inside a transaction."""
    if alias == Alias.CHAMPION:
        Model.objects.filter(pk=version.model_id).update(champion=version)
    return AliasChange.objects.create(
        model_id=version.model_id, alias=alias, version=version, by=by, reason=reason
    )
