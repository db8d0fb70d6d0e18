"""Makes a backup while the product runs."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from dataops.web.backup import archive as form
from dataops.web.backup.archive import BackupError, Manifest, Table

ROWS_AT_ONCE = 2000


def backup(path: Path, *, uploads: bool = True) -> Manifest:
    """Write all rows, as of one moment, and the files they name.

    The rows are read first: a file without a row is harmless, a row without its file is not. Written
    aside and renamed, readable by the owner alone. Raises BackupError when there is such a file already.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; name another file, or remove it first.")
    draft = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=6) as archive:
            manifest = _write(archive, uploads=uploads)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return manifest


def _write(archive: ZipFile, *, uploads: bool) -> Manifest:
    with _one_moment():
        manifest = Manifest(
            version=settings.DATAOPS_VERSION,
            made_at=timezone.now().isoformat(),
            migrations=_applied(),
        )
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                manifest.tables[model._meta.label] = _write_table(archive, model)
    if uploads:
        manifest.files.update(_write_files(archive))
    archive.writestr(form.MANIFEST, manifest.dump())
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is read is of one moment, and nobody has to wait for it."""
    level = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        # Not atomic(): on SQLite that takes the lock of who writes.
        cursor.execute(f"BEGIN{level}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _applied() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _write_table(archive: ZipFile, model: type[models.Model]) -> Table:
    fields = [each.attname for each in form.stored_fields(model)]
    rows = model._base_manager.order_by("pk").values_list(*fields)
    digest, count = hashlib.sha256(), 0
    with archive.open(f"{form.TABLES}{model._meta.label}.jsonl", "w", force_zip64=True) as member:
        for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
            line = form.row_to_line(row)
            digest.update(line)
            member.write(line)
            count += 1
    return Table(fields, count, digest.hexdigest())


def _write_files(archive: ZipFile) -> Iterator[tuple[str, str]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        try:
            with path.open("rb") as source:
                name = path.relative_to(root).as_posix()
                yield name, _write_file(archive, name, source)
        except (IsADirectoryError, FileNotFoundError):  # the second was removed by its retention just now
            continue


def _write_file(archive: ZipFile, name: str, source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    with archive.open(f"{form.STORAGE}{name}", "w", force_zip64=True) as member:
        while chunk := source.read(form.CHUNK_BYTES):
            digest.update(chunk)
            member.write(chunk)
    return digest.hexdigest()
