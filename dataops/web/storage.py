"""Files people hand in: counted while they arrive, stored under the hash of their content."""

import hashlib
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from dataops.web.words import lazy as _

ABANDONED_AFTER_SECONDS = 3600


class UploadTooLarge(RequestDataTooBig):
    """More bytes arrived than one upload may have; answered with 413."""


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Streams to a temporary file and stops at the limit, by bytes counted, not by what the header says."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.MAX_UPLOAD_BYTES:
            limit = settings.MAX_UPLOAD_BYTES // 1024**2
            raise UploadTooLarge(
                _("The file is larger than the limit of %(limit)s MiB; split or compress it.")
                % {"limit": limit}
            )
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):
                self.file.close()  # which removes it: a full disk is not kept full by what was refused
            raise


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a content lives (``name`` in the default storage), its SHA-256 in hex, and its size."""

    name: str
    sha256: str
    bytes: int


def digest(file: File) -> str:
    sha256 = hashlib.sha256()
    for chunk in file.chunks(1024**2):
        sha256.update(chunk)
    file.seek(0)
    return sha256.hexdigest()


def store(file: File) -> Stored:
    """Keep a file under its hash; the same content is kept once however often it arrives.

    A copy that a kill cut short has another size and is replaced.
    """
    sha256 = digest(file)
    name = f"contents/{sha256[:2]}/{sha256}"
    if default_storage.exists(name) and default_storage.size(name) != file.size:
        default_storage.delete(name)
    if not default_storage.exists(name):
        name = default_storage.save(name, file)
    return Stored(name=name, sha256=sha256, bytes=file.size)


@contextmanager
def on_disk(file: UploadedFile) -> Iterator[Path]:
    """A path to read an upload from before it is stored."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        file.seek(0)
        yield Path(copy.name)


def remove(names: Iterable[str]) -> None:
    """Forget contents that nothing refers to any more."""
    for name in names:
        default_storage.delete(name)


def remove_abandoned_uploads() -> None:
    """Those whose process was killed while they arrived; nobody sends one for an hour without a byte."""
    oldest = time.time() - ABANDONED_AFTER_SECONDS
    for path in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def path_of(name: str) -> Path:
    """Local path of a stored content (the default storage keeps files on this machine)."""
    return Path(default_storage.path(name))


def clean_file_name(name: str) -> str:
    """A client's file name as plain text of at most 255 characters, without path and control marks."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    return re.sub(r"\s+", " ", visible).strip()[:255] or "unnamed"
