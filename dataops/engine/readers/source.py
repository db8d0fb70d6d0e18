"""Bytes of a file as UTF-8, decompressed and decoded on the way, within limits."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dataops.engine.errors import TooLarge
from dataops.engine.intake import MEBIBYTE, SizeLimits
from dataops.engine.readers.archives import ARCHIVES, UNPACKING_ERRORS, damaged
from dataops.engine.readers.encoding import BOMS, mend

CHUNK_BYTES = 8 * MEBIBYTE
RATIO_APPLIES_FROM = 64 * MEBIBYTE


class Source:
    """One file, read once from start to end."""

    def __init__(
        self, path: Path, compression: str, encoding: str, limits: SizeLimits, member: str = ""
    ) -> None:
        self.path = path
        self.compression = compression
        self.member = member
        self.encoding = encoding
        self.limits = limits
        self.stored_bytes = path.stat().st_size
        self.stored_bytes_read = 0
        self.mark_bytes = self.replaced = 0

    @property
    def keeps_bytes(self) -> bool:
        """Whether a position in ``chunks``, and ``mark_bytes``, add up to one in the unpacked file."""
        return self.encoding == "utf-8"

    def chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """The text as UTF-8 without byte order mark, about ``size`` bytes at a time.

        UTF-8 input is passed on as it is, damaged bytes included; every other encoding is decoded
        here, with U+FFFD for what it does not define, which is counted in ``replaced``.
        """
        decoder, self.replaced = None, 0
        if self.encoding != "utf-8":
            decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        first = True
        for chunk in self.raw_chunks(size):
            text = chunk
            if first:
                text = chunk.removeprefix(BOMS.get(self.encoding, b""))
                self.mark_bytes = len(chunk) - len(text)
                first = False
            yield text if decoder is None else self._as_utf_8(decoder.decode(text))
        if decoder is not None:
            yield self._as_utf_8(decoder.decode(b"", final=True))

    def mended(self, text: str) -> str:
        """Text decoded with "surrogateescape", its stray bytes read as Windows-1252 and counted."""
        text, strays = mend(text)
        self.replaced += strays
        return text

    def _as_utf_8(self, text: str) -> bytes:
        self.replaced += text.count("\ufffd")
        return text.encode("utf-8", "replace")

    def raw_chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Decompressed bytes. Raises BrokenData for a damaged archive, TooLarge over a limit."""
        total = 0
        with self.path.open("rb") as file:
            stream = open_stream(file, self.compression, self.member)
            while chunk := read_piece(stream, size, self.compression):
                total += len(chunk)
                self.stored_bytes_read = file.tell()
                self._check_size(total)
                yield chunk

    def _check_size(self, total: int) -> None:
        if total > self.limits.max_bytes:
            raise TooLarge(f"more than {self.limits.max_bytes:,} bytes of data; split the file")
        ratio = total / max(self.stored_bytes_read, 1)
        if self.compression and total > RATIO_APPLIES_FROM and ratio > self.limits.max_ratio:
            raise TooLarge(
                f"the archive grows more than {self.limits.max_ratio:.0f} times when unpacked,"
                " as decompression bombs do; upload the file uncompressed"
            )


def open_stream(file: BinaryIO, compression: str, member: str = "") -> BinaryIO:
    """The unpacked content of an open file. Raises BrokenData and UnknownFormat as archives do."""
    if not compression:
        return file
    try:
        return ARCHIVES[compression].open(file, member)
    except KeyError as error:
        raise damaged(compression, ValueError(f"it has no member {member!r}")) from error
    except UNPACKING_ERRORS as error:
        raise damaged(compression, error) from error


def read_piece(stream: BinaryIO, size: int, compression: str) -> bytes:
    """At most ``size`` bytes, none at the end."""
    try:
        return stream.read(size)
    except UNPACKING_ERRORS as error:
        if not compression:
            raise
        raise damaged(compression, error) from error
