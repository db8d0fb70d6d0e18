"""The form of a backup: its manifest, its members, and how a row is written."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

FORMAT = 1
MANIFEST, TABLES, STORAGE = "manifest.json", "tables/", "storage/"
CHUNK_BYTES = 1024**2


class BackupError(Exception):
    """A backup cannot be made or restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """One model's rows: its fields in the order of the values, how many rows, and the hash of the member."""

    fields: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup; ``migrations`` are all that were applied, by app."""

    version: str
    made_at: str
    migrations: dict[str, list[str]]
    tables: dict[str, Table] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 by name in the storage."""
    format: int = FORMAT

    def dump(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def read_manifest(archive: ZipFile) -> Manifest:
    """Raises BackupError for a file that is no backup of ours, or of a form we do not know."""
    try:
        said = json.loads(archive.read(MANIFEST))
        if said["format"] != FORMAT:
            raise BackupError(f"The backup has the form {said['format']}; this version reads {FORMAT}.")
        tables = {name: Table(**table) for name, table in said.pop("tables").items()}
        return Manifest(**said, tables=tables)
    except (KeyError, TypeError, ValueError) as fault:
        raise BackupError("The file is a ZIP but no backup: it has no manifest.") from fault


def open_archive(file: IO[bytes]) -> ZipFile:
    try:
        return ZipFile(file)
    except BadZipFile as fault:
        raise BackupError("The file is no backup, or it was cut off: it cannot be read as a ZIP.") from fault


def stored_fields(model: type[models.Model]) -> list[models.Field]:
    """What a row consists of; what the database generates is left to it."""
    return [each for each in model._meta.local_concrete_fields if not each.generated]


def row_to_line(values: Iterable[Any]) -> bytes:
    return json.dumps([_plain(value) for value in values], cls=_Encoder, ensure_ascii=False).encode() + b"\n"


def line_to_row(line: bytes, fields: Sequence[models.Field]) -> list[Any]:
    values = json.loads(line)
    return [
        each if each is None else column.to_python(each) for column, each in zip(fields, values, strict=True)
    ]


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, (bytes, memoryview)) else value


class _Encoder(DjangoJSONEncoder):
    """Times to the microsecond: Django's own cuts them to thousandths, as scripts in browsers do."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
