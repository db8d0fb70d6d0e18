"""Bytes of a file as UTF-8, decompressed and decoded on the way, within limits."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from dataops.engine.errors import BrokenData, TooLarge
from dataops.engine.intake import MEBIBYTE, SizeLimits
from dataops.engine.readers.encoding import BOMS

CHUNK_BYTES = 8 * MEBIBYTE
RATIO_APPLIES_FROM = 64 * MEBIBYTE


class Source:
    """One file, read once from start to end."""

    def __init__(self, path: Path, compression: str, encoding: str, limits: SizeLimits) -> None:
        self.path = path
        self.compression = compression
        self.encoding = encoding
        self.limits = limits
        self.stored_bytes = path.stat().st_size
        self.stored_bytes_read = 0

    def chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """The text as UTF-8 without byte order mark, about ``size`` bytes at a time.

        UTF-8 input is passed on as it is, damaged bytes included; every other encoding is decoded
        here, with U+FFFD for what it does not define.
        """
        decoder = None
        if self.encoding != "utf-8":
            decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        first = True
        for chunk in self.raw_chunks(size):
            text = chunk
            if first:
                text = chunk.removeprefix(BOMS.get(self.encoding, b""))
                first = False
            yield text if decoder is None else decoder.decode(text).encode()
        if decoder is not None:
            yield decoder.decode(b"", final=True).encode()

    def raw_chunks(self, size: int = CHUNK_BYTES) -> Iterator[bytes]:
        """Decompressed bytes. Raises BrokenData for a damaged archive, TooLarge over a limit."""
        total = 0
        with self.path.open("rb") as file:
            stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if self.compression == "gzip" else file
            while chunk := self._read(stream, size):
                total += len(chunk)
                self.stored_bytes_read = file.tell()
                self._check_size(total)
                yield chunk

    def _read(self, stream: BinaryIO, size: int) -> bytes:
        try:
            return stream.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BrokenData(
                f"the gzip archive is damaged or cut off ({error}); upload the complete file again"
            ) from error

    def _check_size(self, total: int) -> None:
        if total > self.limits.max_bytes:
            raise TooLarge(f"more than {self.limits.max_bytes:,} bytes of data; split the file")
        ratio = total / max(self.stored_bytes_read, 1)
        if self.compression and total > RATIO_APPLIES_FROM and ratio > self.limits.max_ratio:
            raise TooLarge(
                f"the archive grows more than {self.limits.max_ratio:.0f} times when unpacked,"
                " as decompression bombs do; upload the file uncompressed"
            )
