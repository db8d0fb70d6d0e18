"""Asking for a version: what can be told at once is refused at once, the rest is a worker's."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_slug
from django.db import transaction
from django.db.models import Max

from dataops.web import audit, features, runs, storage
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _
from models_registry.enums import Task
from models_registry.formats.recognising import recognise
from models_registry.formats.templates import TEMPLATES
from models_registry.models import DeployRun, Model, ModelVersion
from models_registry.services.errors import NotAccepted, NotPossible

RESERVED_NAMES = frozenset({"deploy", "allowed-types"})  # pages stand there
MOST_SAMPLE = 100


def deploy_model(
    *, template: str, name: str = "", by: Any = None, trigger: str = Trigger.MANUAL, notes: str = ""
) -> DeployRun:
    """Ask for a new version of the model ``name`` (the template's own name by default).

    The model is made on first use. Raises NotAccepted for an unknown template or a name that cannot
    be one, NotPossible when the model is archived or answers another kind of question, or when samples are
    switched off.
    """
    if template not in TEMPLATES:
        raise NotAccepted(
            _("There is no template %(template)s; there are: %(known)s.")
            % {"template": f"{template!r}", "known": ", ".join(TEMPLATES.keys())}
        )
    try:
        features.require(features.SAMPLE_MODELS)
    except features.SwitchedOff as off:
        raise NotPossible(str(off)) from off
    recipe = TEMPLATES[template]
    with transaction.atomic():
        model = _model_called(name or template, recipe.task, recipe.description, by)
        return _requested(model, by=by, trigger=trigger, notes=notes, template=template)


def deploy_artifact(
    *,
    name: str,
    file: UploadedFile,
    task: str = "",
    description: str = "",
    signature: Mapping[str, Any] | None = None,
    sample: Sequence[Any] = (),
    reference: File | None = None,
    target: str = "",
    notes: str = "",
    by: Any = None,
    trigger: str = Trigger.MANUAL,
) -> DeployRun:
    """Ask for a new version of the model ``name`` from an artifact that was trained elsewhere.

    ``signature`` is ``{"features": [{"name", "type"?, ...}], "classes"?}``, ``sample`` instances that it
    must answer, ``reference`` a table of what it was trained on (profiled as the reference of drift
    checks) with the truth in the column ``target``. The rest is derived from the artifact.

    Raises UnknownArtifact for a file of a kind that is not taken, NotAccepted and NotPossible as
    ``deploy_model``, and for a new model without a ``task``.
    """
    _check_options(signature, sample, target, reference)
    with storage.on_disk(file) as path:
        kind = recognise(path)
    stored = storage.store(file)
    table = storage.store(reference) if reference is not None else None
    with transaction.atomic():
        model = _model_called(name, task, description, by)
        return _requested(
            model,
            by=by,
            trigger=trigger,
            notes=notes,
            file_name=storage.clean_file_name(file.name or ""),
            upload_name=stored.name,
            upload_format=kind,
            reference_name=table.name if table else "",
            options={"signature": signature, "sample": list(sample), "target": target},
        )


def _requested(model: Model, *, by: Any, trigger: str, notes: str, **asked: Any) -> DeployRun:
    version = ModelVersion.objects.create(model=model, number=_next_number(model), created_by=by, notes=notes)
    run = DeployRun.objects.create(version=version, requested_by=by, trigger=trigger, **asked)
    told = {name: asked[name] for name in ("template", "file_name") if asked.get(name)}
    audit.record("model.deploy_requested", by=by, target=version, changes=told)
    runs.nudge_on_commit(run)
    return run


def _check_options(
    signature: Mapping[str, Any] | None, sample: Sequence[Any], target: str, reference: File | None
) -> None:
    features = signature.get("features", []) if isinstance(signature, Mapping) else []
    is_list = isinstance(features, list) and all(isinstance(f, Mapping) and f.get("name") for f in features)
    if signature is not None and (not isinstance(signature, Mapping) or not is_list):
        raise NotAccepted(
            _('signature: give {"features": [{"name": ..., "type": ...}, ...], "classes": [...]}.'),
            location="signature",
        )
    if not all(isinstance(row, Mapping) for row in sample) or len(sample) > MOST_SAMPLE:
        raise NotAccepted(
            _("sample: give at most %(most)s instances, an object of features each.") % {"most": MOST_SAMPLE},
            location="sample",
        )
    if target and reference is None:
        raise NotAccepted(_("target names a column of the reference data; send that too."), location="target")


def _model_called(name: str, task: str, description: str, by: Any) -> Model:
    _refuse_bad_name(name)
    if Model.objects.hides(name=name):
        raise NotPossible(
            _("The name %(name)s is taken by something you may not see; deploy under another name.")
            % {"name": f"{name!r}"}
        )
    # Two first deployments of one name: the second one finds the model of the first.
    existing, is_new = Model.objects.select_for_update().get_or_create(
        name=name, defaults={"task": task, "description": description, "owner": by}
    )
    if is_new and task not in Task.values:
        raise NotAccepted(
            _("%(name)s is a new model: say its task, classification or regression.") % {"name": f"{name!r}"},
            location="task",
        )
    if is_new:
        return existing
    if existing.archived_at is not None:
        raise NotPossible(
            _("The model %(name)s is archived; deploy under another name.") % {"name": f"{name!r}"}
        )
    if task and existing.task != task:
        raise NotPossible(
            _("The model %(name)s does %(task)s, this would do %(task_)s; deploy under another name.")
            % {"name": f"{name!r}", "task": existing.task, "task_": task}
        )
    return existing


def _refuse_bad_name(name: str) -> None:
    try:
        validate_slug(name)
    except Exception as error:
        raise NotAccepted(
            _("%(name)s cannot be a name: take letters, digits, hyphens and underscores only.")
            % {"name": f"{name[:80]!r}"},
            location="name",
        ) from error
    if len(name) > 80 or name in RESERVED_NAMES:
        raise NotAccepted(
            _("The name is too long or reserved; take another of at most 80 characters."), location="name"
        )


def _next_number(model: Model) -> int:
    highest = model.versions.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
