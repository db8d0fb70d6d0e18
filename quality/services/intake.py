"""Taking in a file: streamed to storage, recognised by its content, queued for its checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from dataops.engine.contracts import read_contract
from dataops.engine.errors import EmptyData, InspectionError
from dataops.engine.readers import sniff
from dataops.web import storage
from dataops.web.runs import RunState, Trigger
from dataops.web.words import lazy as _
from quality.models import CheckRun, DataSource, Snapshot
from quality.services.contracts import has_changed_rules
from quality.services.runs import request_run
from quality.services.sources import create_source

SOURCE_NAME_LENGTH = DataSource._meta.get_field("name").max_length


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an upload; ``known`` when this content had a run already."""

    source: DataSource
    snapshot: Snapshot
    run: CheckRun
    known: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A file that is stored: what it is called, and what it was recognised as."""

    file_name: str
    sha256: str
    bytes: int
    storage_name: str
    format: str
    encoding: str


def receive_upload(
    *,
    file: UploadedFile,
    by: Any,
    source: DataSource | None = None,
    source_name: str = "",
    dialect: Mapping[str, Any] | None = None,
    contract: str = "",
    trigger: str = Trigger.UPLOAD,
) -> Receipt:
    """Store a file as a snapshot of a source (made on first use) and ask for its run.

    ``dialect`` names what is known of how it is written, over what the source remembers. The same
    content of the same source is answered with the run it had. A ``contract`` becomes the rules of
    the source before they are used. Raises InspectionError
    when the file is empty or no table: nothing is kept of it then.
    """
    if contract:
        read_contract(contract, table=source.name if source else source_name)
    name = source_name.strip() or name_after(storage.clean_file_name(file.name or ""))
    known_as = source or DataSource.objects.filter(name=name).first()
    content = store_content(file, known_as, dialect)
    with transaction.atomic():
        target = source or source_called(name, by=by)
        return take_in(content, target, by=by, dialect=dialect, contract=contract, trigger=trigger)


def store_content(
    file: UploadedFile, source: DataSource | None, dialect: Mapping[str, Any] | None
) -> Content:
    """Recognise and keep a file; ``source`` is the one it is for, where it exists. Raises InspectionError."""
    file_name = storage.clean_file_name(file.name or "")
    if not file.size:
        raise EmptyData(
            _("%(name)s is empty (0 bytes); nothing was stored. Check how it was written.")
            % {"name": file_name}
        )
    refuse_archived(source)
    # Only the first megabyte is read here: enough to refuse what is no table while the sender waits.
    with storage.on_disk(file) as path:
        detected = sniff(path, dialect=_given(source, dialect))
    stored = storage.store(file)
    return Content(file_name, stored.sha256, stored.bytes, stored.name, detected.format, detected.encoding)


def take_in(
    content: Content,
    source: DataSource,
    *,
    by: Any,
    dialect: Mapping[str, Any] | None = None,
    contract: str = "",
    trigger: str = Trigger.UPLOAD,
) -> Receipt:
    """Make a stored content what a source holds now, and ask for its run; part of a transaction."""
    snapshot, is_new = Snapshot.objects.get_or_create(
        source=source,
        sha256=content.sha256,
        defaults={
            "bytes": content.bytes,
            "file_name": content.file_name,
            "storage_name": content.storage_name,
            "format": content.format,
            "encoding": content.encoding,
            "received_by": by,
        },
    )
    if snapshot.file_removed_at is not None:
        Snapshot.objects.filter(pk=snapshot.pk).update(file_removed_at=None)
    changed = bool(contract) and has_changed_rules(source, contract, by=by)
    if dialect is not None:
        Snapshot.objects.filter(pk=snapshot.pk).update(asked_dialect=dict(dialect))
    elif not is_new and not changed and (known := _run_of(snapshot)) and _is_newest(snapshot):
        return Receipt(source, snapshot, known, known=True)
    # A content that comes back after another one is what the source holds now.
    Snapshot.objects.filter(pk=snapshot.pk).update(received_at=timezone.now())
    return Receipt(source, snapshot, request_run(source, snapshot=snapshot, by=by, trigger=trigger))


def _given(source: DataSource | None, dialect: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is known of how a file is written: by its source, and above that by who hands it in."""
    return {**((source and source.dialect) or {}), **(dialect or {})}


def refuse_archived(source: DataSource | None) -> None:
    """Data that nobody would look at is not taken in."""
    if source is not None and source.archived_at is not None:
        message = _("The source %(source)s is archived; bring it back, or name another source.") % {
            "source": source
        }
        raise InspectionError(message, code="archived")


def name_after(file_name: str) -> str:
    """The name of the source when the sender gave none: that of the file, without its endings."""
    return (file_name.split(".")[0].strip() or file_name)[:SOURCE_NAME_LENGTH]


def source_called(name: str, *, by: Any) -> DataSource:
    existing = DataSource.objects.filter(name=name).first()
    if existing is not None:
        return existing
    if DataSource.objects.hides(name=name):
        message = f"The name {name} is taken by something you may not see; name another source."
        raise InspectionError(message, code="name_taken")
    try:
        with transaction.atomic():
            return create_source(name=name, by=by)
    except (IntegrityError, ValidationError):
        # Two first files of one source at once: the other one made it.
        if made := DataSource.objects.filter(name=name).first():
            return made
        raise


def _is_newest(snapshot: Snapshot) -> bool:
    return snapshot.source.snapshots.first() == snapshot


def _run_of(snapshot: Snapshot) -> CheckRun | None:
    over = [RunState.FAILED, RunState.CANCELLED]
    return snapshot.runs.exclude(state__in=over).newest_first().first()
