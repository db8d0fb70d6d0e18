"""Looking into ZIP files that strangers sent, without being filled up by them."""

import zipfile
from pathlib import Path, PurePosixPath

from models_registry.formats.base import BrokenArtifact

MOST_MEMBERS = 20_000
MOST_TIMES = 200
"""A member may be at most this many times its packed size: models pack to a fifth, bombs to a thousandth."""


def names_in_zip(path: Path) -> list[str]:
    """Names of the members; none when the file is no ZIP, or its list of them is damaged."""
    if not zipfile.is_zipfile(path):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []


def check_zip(path: Path, *, most_bytes: int) -> None:
    """Raises BrokenArtifact when unpacking would take more than ``most_bytes`` or looks like a bomb."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > most_bytes or unpacked > MOST_TIMES * max(packed, 1_024):
        raise BrokenArtifact(
            f"The file unpacks to {unpacked:,} bytes in {len(members):,} parts; that is too much."
        )


def read_member(path: Path, name: str, *, most_bytes: int) -> bytes:
    """One member, at most ``most_bytes`` of it. Raises BrokenArtifact when it is larger or not there."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as member:
            content = member.read(most_bytes + 1)
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as damage:
        raise BrokenArtifact(f"{PurePosixPath(name).name} cannot be read from the ZIP file.") from damage
    if len(content) > most_bytes:
        raise BrokenArtifact(f"{PurePosixPath(name).name} is larger than {most_bytes:,} bytes.")
    return content
