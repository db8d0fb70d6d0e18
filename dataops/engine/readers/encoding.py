"""Which bytes mean which characters."""

from __future__ import annotations

import codecs
import re

BOMS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}

_STRAY = re.compile("[\udc80-\udcff]")
# What Python's "surrogateescape" makes of an undecodable byte -> that byte in Windows-1252.
_AS_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def detect_encoding(sample: bytes) -> tuple[str, float]:
    """The encoding of a text that starts with ``sample``, and how sure that is (0..1).

    A byte order mark decides; then UTF-16 shows by zero bytes in every second place, and UTF-8 by
    being valid, which other encodings with non-ASCII characters almost never are. What is left is
    read as Windows-1252.
    """
    for encoding, mark in BOMS.items():
        if sample.startswith(mark):
            return encoding, 1.0
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 5 and min(even, odd) * 10 < max(even, odd):
        return ("utf-16-be" if even > odd else "utf-16-le"), 0.9
    try:
        # The sample may end inside a character: an incomplete one is no error here.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252", 0.5
    return "utf-8", 1.0


def repair(data: bytes) -> tuple[bytes, int]:
    """``data`` as valid UTF-8, and how many stray bytes had to be read as Windows-1252 for it.

    >>> repair(b"caf\\xe9, \\xc3\\xa9")[0].decode()
    'café, é'
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        return text.translate(_AS_CP1252).encode(), len(_STRAY.findall(text))
    return data, 0
