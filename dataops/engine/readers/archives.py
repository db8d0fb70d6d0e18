"""Compressed files and archives, recognised by their first bytes and unpacked as a stream."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import pyarrow as pa

from dataops.engine.errors import BrokenData, UnknownFormat
from dataops.engine.registry import Registry

NAMES_SHOWN = 20
# What unpacking a damaged archive raises.
UNPACKING_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True, slots=True)
class Archive:
    """One kind: how it begins, and how the ``member`` ("" for the only one) of it is read."""

    key: str
    label: str
    magic: bytes
    open: Callable[[BinaryIO, str], BinaryIO]


def _open_zip(file: BinaryIO, member: str) -> BinaryIO:
    archive = zipfile.ZipFile(file)
    try:
        return cast(BinaryIO, archive.open(member or the_member(archive)))
    except RuntimeError as error:
        raise UnknownFormat("the ZIP archive is encrypted; upload the table without a password") from error


def _open_xz(file: BinaryIO, member: str) -> BinaryIO:
    return cast(BinaryIO, lzma.open(file))


def _open_zstandard(file: BinaryIO, member: str) -> BinaryIO:
    return cast(BinaryIO, pa.CompressedInputStream(cast(Any, file), "zstd"))


ARCHIVES: Registry[Archive] = Registry("archive")
ARCHIVES.register(
    Archive("gzip", "gzip", b"\x1f\x8b", lambda file, _: cast(BinaryIO, gzip.GzipFile(fileobj=file)))
)
ARCHIVES.register(Archive("zstd", "Zstandard", b"\x28\xb5\x2f\xfd", _open_zstandard))
ARCHIVES.register(Archive("bzip2", "bzip2", b"BZh", lambda file, _: cast(BinaryIO, bz2.BZ2File(file))))
ARCHIVES.register(Archive("xz", "xz", b"\xfd7zXZ\0", _open_xz))
ARCHIVES.register(Archive("zip", "ZIP", b"PK\x03\x04", _open_zip))


def archive_of(beginning: bytes) -> str:
    """Key of the archive a file with this ``beginning`` is; "" for none."""
    return next((archive.key for archive in ARCHIVES if beginning.startswith(archive.magic)), "")


def members_of(archive: zipfile.ZipFile) -> list[str]:
    """Names of the files in it, without what operating systems add."""
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    return [name for name in names if not any(litter in name for litter in _LITTER)]


def the_member(archive: zipfile.ZipFile) -> str:
    """The one file in it. Raises UnknownFormat when there is none, or a choice."""
    names = members_of(archive)
    if len(names) == 1:
        return names[0]
    if not names:
        raise UnknownFormat("the ZIP archive has no file in it; pack the table again")
    shown = ", ".join(names[:NAMES_SHOWN]) + (" ..." if len(names) > NAMES_SHOWN else "")
    raise UnknownFormat(
        f"the ZIP archive holds {len(names)} files: {shown}; name one of them as member, or upload one alone"
    )


def damaged(compression: str, error: Exception) -> BrokenData:
    """The error to raise for what unpacking raised."""
    label = ARCHIVES[compression].label
    return BrokenData(f"the {label} archive is damaged or cut off ({error}); upload the complete file again")
