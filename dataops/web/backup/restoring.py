"""Puts a backup into an empty database, whichever kind it is, and brings it to the version that runs."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from dataops.web.backup import archive as form
from dataops.web.backup.archive import BackupError, Manifest, Table

ROWS_AT_ONCE = 500
# Apps that earlier versions were made of; what they kept means nothing any more (axes: failed sign-ins).
FORMER_APPS = frozenset({"axes"})


def restore(path: Path, *, replace: bool = False) -> Manifest:
    """Everything of a backup, in the database and in the storage.

    ``replace`` drops the tables that are there. Raises BackupError when the backup is damaged, comes from
    a later version, or the database holds data; nothing was changed then. A row that does not fit is
    refused too, after which the database is empty.
    """
    with path.open("rb") as file, form.open_archive(file) as archive:
        manifest = form.read_manifest(archive)
        targets = _targets(manifest)
        _refuse_strange_names(manifest)
        _verify(archive, manifest)
        _make_room(replace=replace)
        _fill(archive, manifest, targets)
        _put_files(archive, manifest)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _targets(manifest: Manifest) -> list[tuple[str, str]]:
    """The last migrations the backup's rows were made by. Raises BackupError for one we do not know."""
    known = {app: names for app, names in manifest.migrations.items() if app not in FORMER_APPS}
    applied = {(app, name) for app, names in known.items() for name in names}
    graph = MigrationExecutor(connection).loader.graph
    unknown = applied - set(graph.nodes)
    if unknown:
        named = ", ".join(sorted(f"{app}.{name}" for app, name in unknown))
        raise BackupError(
            f"The backup was made by version {manifest.version}, which this one does not know "
            f"({named}); restore it with that version or a later one."
        )
    return [
        node for node in sorted(applied) if not applied & {each.key for each in graph.node_map[node].children}
    ]


def _refuse_strange_names(manifest: Manifest) -> None:
    root = Path(settings.MEDIA_ROOT).resolve()
    for name in manifest.files:
        if not (root / name).resolve().is_relative_to(root):
            raise BackupError(f"The backup names a file outside of the storage: {name}")


def _verify(archive: ZipFile, manifest: Manifest) -> None:
    """Read everything once before anything is changed."""
    hashes = {f"{form.TABLES}{label}.jsonl": table.sha256 for label, table in manifest.tables.items()}
    hashes |= {f"{form.STORAGE}{name}": sha256 for name, sha256 in manifest.files.items()}
    for member, sha256 in hashes.items():
        digest = hashlib.sha256()
        try:
            with archive.open(member) as source:
                while chunk := source.read(form.CHUNK_BYTES):
                    digest.update(chunk)
        except Exception as fault:  # of whatever kind the damage is
            raise BackupError(f"The backup is damaged: {member} cannot be read ({fault}).") from fault
        if digest.hexdigest() != sha256:
            raise BackupError(f"The backup is damaged: {member} is not what was written.")


def _make_room(*, replace: bool) -> None:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    if not tables:
        return
    if not replace and _holds_data():
        raise BackupError(
            "The database holds data. Restore into an empty one, or give --replace to lose what is there."
        )
    with connection.schema_editor() as editor:
        for table in [*tables, "django_migrations"]:
            editor.execute(editor.sql_delete_table % {"table": editor.quote_name(table)})


def _holds_data() -> bool:
    try:
        return apps.get_model("auth", "User")._default_manager.exists()
    except DatabaseError:  # tables of a start that was cut short
        return False


def _fill(archive: ZipFile, manifest: Manifest, targets: list[tuple[str, str]]) -> None:
    """The rows into tables as they were when the backup was made."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    past = executor.loader.project_state(targets).apps
    with transaction.atomic():  # keys between tables are compared at its end, so that any order will do
        _empty(past)
        for label, table in manifest.tables.items():
            if label.partition(".")[0] not in FORMER_APPS:
                _fill_table(archive, past.get_model(label), table)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models(past)):
            cursor.execute(statement)


def _models(past: StateApps) -> list[type[models.Model]]:
    return [each for each in past.get_models(include_auto_created=True) if each._meta.managed]


def _empty(past: StateApps) -> None:
    """Without what the migrations put there themselves."""
    for model in _models(past):
        model._base_manager.all()._raw_delete(connection.alias)


def _fill_table(archive: ZipFile, model: type[models.Model], table: Table) -> None:
    label = model._meta.label
    with archive.open(f"{form.TABLES}{label}.jsonl") as lines:
        rows = _rows(model, table, lines)
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            try:
                model._base_manager.bulk_create(batch)
            except DatabaseError as fault:
                raise BackupError(f"A row of {label} does not fit into this database: {fault}") from fault


def _rows(model: type[models.Model], table: Table, lines: Iterator[bytes]) -> Iterator[models.Model]:
    by_name = {each.attname: each for each in form.stored_fields(model)}
    fields = [by_name[name] for name in table.fields]
    for each in fields:
        if isinstance(each, models.DateField):
            each.auto_now = each.auto_now_add = False  # it was then, not now; the model is our own copy
    for line in lines:
        yield model(**dict(zip(table.fields, form.line_to_row(line, fields), strict=True)))


def _put_files(archive: ZipFile, manifest: Manifest) -> None:
    for name in manifest.files:
        target = Path(settings.MEDIA_ROOT) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(f"{form.STORAGE}{name}") as source, target.open("wb") as file:
            while chunk := source.read(form.CHUNK_BYTES):
                file.write(chunk)
        target.chmod(0o600)
