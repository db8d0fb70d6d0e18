"""Bringing in a version: asked for in a request, trained and stored by a worker."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.validators import validate_slug
from django.db import transaction
from django.db.models import Max

from dataops.engine.errors import Cancelled
from dataops.web import audit, runs, storage
from dataops.web.runs import Lease, Run, RunState, Trigger
from models_registry.enums import Alias, PerformanceKind, VersionState
from models_registry.formats.templates import TEMPLATES, Template
from models_registry.models import DeployRun, Model, ModelPerformance, ModelVersion
from models_registry.services.building import Built, build
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.promoting import move_alias

RESERVED_NAMES = frozenset({"deploy"})  # /models/deploy/ is a page


def deploy_model(
    *, template: str, name: str = "", by: Any = None, trigger: str = Trigger.MANUAL, notes: str = ""
) -> DeployRun:
    """Ask for a new version of the model ``name`` (the template's own name by default).

    The model is made on first use. Raises NotAccepted for an unknown template or a name that cannot
    be one, NotPossible when the model is archived or answers another kind of question.
    """
    if template not in TEMPLATES:
        raise NotAccepted(f"There is no template {template!r}; there are: {', '.join(TEMPLATES.keys())}.")
    recipe = TEMPLATES[template]
    with transaction.atomic():
        model = _model_called(name or template, recipe, by)
        version = ModelVersion.objects.create(
            model=model, number=_next_number(model), created_by=by, notes=notes
        )
        run = DeployRun.objects.create(version=version, template=template, requested_by=by, trigger=trigger)
        audit.record("model.deploy_requested", by=by, target=version, changes={"template": template})
        runs.nudge_on_commit(run)
    return run


def _model_called(name: str, recipe: Template, by: Any) -> Model:
    _refuse_bad_name(name)
    # Two first deployments of one name: the second one finds the model of the first.
    existing, is_new = Model.objects.select_for_update().get_or_create(
        name=name, defaults={"task": recipe.task, "description": recipe.description, "owner": by}
    )
    if is_new:
        return existing
    if existing.archived_at is not None:
        raise NotPossible(f"The model {name!r} is archived; deploy under another name.")
    if existing.task != recipe.task:
        raise NotPossible(
            f"The model {name!r} does {existing.task}, the template {recipe.task}; deploy under another name."
        )
    return existing


def _refuse_bad_name(name: str) -> None:
    try:
        validate_slug(name)
    except Exception as error:
        raise NotAccepted(
            f"{name[:80]!r} cannot be a name: take letters, digits, hyphens and underscores only."
        ) from error
    if len(name) > 80 or name in RESERVED_NAMES:
        raise NotAccepted("The name is too long or reserved; take another of at most 80 characters.")


def _next_number(model: Model) -> int:
    highest = model.versions.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def execute_deploy_run(run_id: int) -> None:
    """Train, store and record; safe to call any number of times."""
    runs.execute(DeployRun, run_id, _deploy, failed=_give_up_version)


def _deploy(lease: Lease) -> None:
    run = lease.run
    try:
        built = build(TEMPLATES[run.template], lease.progress)
    except Cancelled:
        _give_up_version(run)
        raise
    stored = storage.store(ContentFile(built.artifact))
    with transaction.atomic():
        version = ModelVersion.objects.select_related("model").get(pk=run.version_id)
        _record(version, built, stored)
        # Locked as promote_version does: whoever was promoted meanwhile stays the champion.
        model = Model.objects.select_for_update().get(pk=version.model_id)
        if model.champion_id is None:
            move_alias(version, Alias.CHAMPION, by=run.requested_by, reason="The first version of the model.")
        audit.record("model.deployed", by=run.requested_by, target=version)
        lease.settle(RunState.SUCCEEDED)


def _record(version: ModelVersion, built: Built, stored: storage.Stored) -> None:
    version.state = VersionState.READY
    version.format = built.format
    version.artifact_name = stored.name
    version.artifact_sha256 = stored.sha256
    version.artifact_bytes = stored.bytes
    version.library_versions = built.library_versions
    version.signature = built.signature.as_dict()
    version.training_metrics = built.metrics
    version.parameters = dict(built.parameters)
    version.importances = built.importances
    version.training_data = built.training_data
    version.reference_profile = built.reference_profile
    version.save()
    ModelPerformance.objects.create(
        version=version,
        kind=PerformanceKind.TRAINING,
        rows=built.held_out_rows,
        metrics=built.metrics,
    )


def _give_up_version(run: Run) -> None:
    ModelVersion.objects.filter(deploy_run__pk=run.pk, state=VersionState.DEPLOYING).update(
        state=VersionState.FAILED
    )


@transaction.atomic
def cancel_deploy(*, run: DeployRun, by: Any) -> bool:
    """Stop a deployment; its version will never answer. False when it was over already."""
    changed = runs.cancel(run)
    if changed:
        if run.state == RunState.CANCELLED:
            _give_up_version(run)
        audit.record("model.deploy_cancelled", by=by, target=run.version)
    return changed
