"""Moving an alias: every move is a row with who, when and why."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from dataops.web import audit
from dataops.web.words import lazy as _
from models_registry.enums import Alias
from models_registry.models import AliasChange, Model, ModelVersion, Prediction
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.loading import loaded
from models_registry.services.reasons import told_reason


def promote_version(*, version: ModelVersion, alias: str, reason: str, by: Any) -> AliasChange:
    """Give ``alias`` to a ready version; the champion answers from the next request on.

    Raises NotAccepted for an unknown alias and as ``told_reason``, NotPossible when the version is not ready
    or has it already, ArtifactError when it cannot be loaded any more.
    """
    reason = _checked(alias, reason)
    if not version.is_ready:
        raise NotPossible(
            _("%(version)s is %(state)s; only a ready version can take an alias.")
            % {"version": version, "state": version.state}
        )
    loaded(version)  # before it has to answer: a broken artifact is told here, and nobody waits for the load
    with transaction.atomic():
        Model.objects.select_for_update().get(pk=version.model_id)
        newest = AliasChange.objects.filter(model_id=version.model_id, alias=alias).first()
        if newest is not None and newest.version_id == version.pk and not newest.withdrawn:
            raise NotPossible(
                _("%(version)s is the %(alias)s already.") % {"version": version, "alias": alias}
            )
        change = move_alias(version, alias, by=by, reason=reason)
        audit.record("model.promoted", by=by, target=version, changes={"alias": alias, "reason": reason})
    return change


def withdraw_alias(*, model: Model, alias: str, reason: str, by: Any) -> AliasChange:
    """Take an alias from the version that has it; the champion's only goes to another version.

    Raises NotAccepted for an unknown alias and as ``told_reason``, NotPossible when it is the champion's or
    nobody has it.
    """
    reason = _checked(alias, reason)
    if alias == Alias.CHAMPION:
        raise NotPossible(_("The champion answers: promote another version instead, or archive the model."))
    with transaction.atomic():
        Model.objects.select_for_update().get(pk=model.pk)
        newest = AliasChange.objects.filter(model=model, alias=alias).select_related("version").first()
        if newest is None or newest.withdrawn:
            raise NotPossible(
                _("No version of %(name)s is the %(alias)s.") % {"name": model.name, "alias": alias}
            )
        Model.objects.filter(pk=model.pk).update(**{str(alias): None})
        change = AliasChange.objects.create(
            model=model, alias=alias, version=newest.version, withdrawn=True, by=by, reason=reason
        )
        told = {"alias": alias, "reason": reason}
        audit.record("model.alias_withdrawn", by=by, target=newest.version, changes=told)
    return change


def _checked(alias: str, reason: str) -> str:
    """The reason as it is kept."""
    if alias not in Alias.values:
        raise NotAccepted(
            _("There is no alias %(alias)s; there are: %(known)s.")
            % {"alias": f"{alias[:40]!r}", "known": ", ".join(Alias.values)}
        )
    return told_reason(reason, missing=_("Say why: the reason is kept in the history."))


def move_alias(version: ModelVersion, alias: str, *, by: Any, reason: str) -> AliasChange:
    """Append the move and keep what the model remembers in step; call it inside a transaction."""
    held: dict[str, Any] = {str(alias): version}
    if alias == Alias.SHADOW:  # it is asked about what comes from now on
        newest = Prediction.objects.filter(model_id=version.model_id).aggregate(newest=Max("pk"))["newest"]
        held["shadow_cursor"] = newest or 0
    Model.objects.filter(pk=version.model_id).update(**held)
    return AliasChange.objects.create(
        model_id=version.model_id, alias=alias, version=version, by=by, reason=reason
    )
