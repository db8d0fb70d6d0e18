"""A small chart of the last values as a PNG: mail programs show no SVG, and drawing one needs no library.

Signature, IHDR, one IDAT, IEND (PNG specification, third edition, 5.3 and 11.2); RGBA on nothing, in
colours with a contrast of 3 or more on white and on the dark of mail programs.
"""

import math
import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

WIDTH, HEIGHT, PAD = 480, 96, 8  # twice the size it is shown at
LINE = (74, 118, 226)
LIMIT = (208, 84, 74)
_Y, _X = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)


def png(values: Sequence[float | None], *, limit: float | None = None) -> bytes:
    """The values from left to right, the last one as a dot, the limit dashed; None leaves a gap.

    Empty when there are fewer than two values to draw.
    """
    finite = [v if v is not None and math.isfinite(v) else None for v in values]
    known = [v for v in finite if v is not None]
    if len(known) < 2:
        return b""
    levels = [*known, *([limit] if limit is not None and math.isfinite(limit) else [])]
    bottom, top = min(levels), max(levels)

    def at(index: int, value: float) -> tuple[float, float]:
        share = (value - bottom) / (top - bottom) if top > bottom else 0.5
        step = (WIDTH - 2 * PAD) / (len(values) - 1)
        return PAD + index * step, HEIGHT - PAD - share * (HEIGHT - 2 * PAD)

    points = [None if v is None else at(i, v) for i, v in enumerate(finite)]
    ink = _ink(points)
    dashes = np.zeros_like(ink)
    if len(levels) > len(known):
        height = at(0, levels[-1])[1]
        dashes = np.where(_X % 20 < 12, np.clip(2 - abs(_Y - height), 0, 1), 0)
    alpha = np.maximum(ink, dashes)
    colour = np.where((ink >= dashes)[..., None], LINE, LIMIT)
    return _encoded(np.dstack([colour, alpha * 255]).astype(np.uint8))


def _ink(points: Sequence[tuple[float, float] | None]) -> np.ndarray:
    """How much of each pixel the line covers, 0 to 1, by its distance to the nearest piece."""
    pieces = [(p, q, 2.0) for p, q in pairwise(points) if p and q]
    alone = [(p, p, 3.0) for p in points if p and not any(p in piece[:2] for piece in pieces)]
    last = next(p for p in reversed(points) if p)
    cover = np.zeros((HEIGHT, WIDTH), np.float32)
    for (ax, ay), (bx, by), radius in [*pieces, *alone, (last, last, 6.0)]:
        length = (bx - ax) ** 2 + (by - ay) ** 2 or 1.0
        along = np.clip(((_X - ax) * (bx - ax) + (_Y - ay) * (by - ay)) / length, 0, 1)
        distance = np.hypot(_X - ax - along * (bx - ax), _Y - ay - along * (by - ay))
        cover = np.maximum(cover, np.clip(radius + 0.5 - distance, 0, 1))
    return cover


def _encoded(pixels: np.ndarray) -> bytes:
    """8-bit RGBA, shape (height, width, 4); each row after a zero, which says that it is not filtered."""
    height, width, _ = pixels.shape
    rows = np.hstack([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
