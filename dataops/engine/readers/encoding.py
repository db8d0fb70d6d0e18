"""Which bytes mean which characters."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# Longer marks first: that of UTF-32 begins as that of UTF-16.
BOMS = {
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
# What exports really come in; the others charset-normalizer knows are only ever guessed wrongly.
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r",
    "cp932", "euc_jp", "gb18030", "big5", "euc_kr",
]  # fmt: skip
_FALLBACK = "cp1252"
# Text given to the guess: lines with letters outside ASCII, at most this many bytes of them.
_EVIDENCE_BYTES = 64 * 1024

_STRAY = re.compile("[\udc80-\udcff]")
_HIGH = re.compile("[\x80-\U0010ffff]")
# What Python's "surrogateescape" makes of an undecodable byte -> that byte in Windows-1252.
_AS_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}


def detect_encoding(sample: bytes) -> tuple[str, float]:
    """The encoding of a text that starts with ``sample``, and how sure that is (0..1).

    A byte order mark decides; then UTF-16 and UTF-32 show by where their zero bytes stand, and UTF-8
    by being valid, which other encodings with non-ASCII characters almost never are, or almost
    valid: a UTF-8 text with some lines of another encoding in it stays one. What is left is guessed
    by charset-normalizer from the lines that are not ASCII, or read as Windows-1252.
    """
    for encoding, mark in BOMS.items():
        if sample.startswith(mark):
            return encoding, 1.0
    if wide := _wide_encoding(sample):
        return wide, 0.9
    if sample.isascii():
        return "utf-8", 1.0
    try:
        # The sample may end inside a character: an incomplete one is no error here.
        text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
    except UnicodeDecodeError:  # pragma: no cover - surrogateescape leaves nothing to raise
        return _FALLBACK, 0.0
    strays = len(_STRAY.findall(text))
    if not strays:
        return "utf-8", 1.0
    valid = len(_HIGH.findall(text)) - strays
    if valid > strays:
        return "utf-8", round(valid / (valid + strays), 3)
    return _guess(sample)


def _wide_encoding(sample: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by the places that are mostly zero; "" for neither."""
    quarter = max(len(sample) // 4, 1)
    zeros = [sample[place::4].count(0) / quarter for place in range(4)]
    if min(zeros[1:]) > 0.8 and zeros[0] < 0.2:
        return "utf-32-le"
    if min(zeros[:3]) > 0.8 and zeros[3] < 0.2:
        return "utf-32-be"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 5 and min(even, odd) * 10 < max(even, odd):
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _guess(sample: bytes) -> tuple[str, float]:
    """Windows-1252, unless another of the candidates makes clearly better sense of the text."""
    lines = [line for line in sample.splitlines() if not line.isascii()]
    evidence = b"\n".join(lines)[:_EVIDENCE_BYTES]
    found = from_bytes(evidence, cp_isolation=_CANDIDATES, preemptive_behaviour=False)
    chaos = {match.encoding: match.chaos for match in found}
    for match in found:
        chaos.update(dict.fromkeys(match.could_be_from_charset, match.chaos))
    best = found.best()
    if best is None or chaos.get(_FALLBACK, 1.0) <= best.chaos:
        return _FALLBACK, 0.5
    return best.encoding, round(max(1 - best.chaos, 0.5) * 0.9, 3)


def repair(data: bytes) -> tuple[bytes, int]:
    """``data`` as valid UTF-8, and how many stray bytes had to be read as Windows-1252 for it.

    >>> repair(b"caf\\xe9, \\xc3\\xa9")[0].decode()
    'café, é'
    """
    if data.isascii():
        return data, 0
    try:
        data.decode()
    except UnicodeDecodeError:
        text, strays = mend(data.decode("utf-8", "surrogateescape"))
        return text.encode(), strays
    return data, 0


def mend(text: str) -> tuple[str, int]:
    """``text`` with the bytes that "surrogateescape" kept read as Windows-1252, and how many they were."""
    strays = 0 if text.isascii() else len(_STRAY.findall(text))
    return (text.translate(_AS_CP1252) if strays else text), strays
