"""Shapes of texts, such as "A99999" for N14228."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.profilers.cells import Cells
from dataops.engine.profilers.storable import TEXT_KEPT, storable

_SIGNS = ((r"\p{Lu}", "A"), (r"\p{Ll}", "a"), (r"\p{Nd}", "9"))
_ASCII = bytes(
    ord("A" if sign.isupper() else "a" if sign.islower() else "9" if sign.isdigit() else sign)
    if sign.isascii()
    else ord(sign)
    for sign in map(chr, range(256))
)


def shapes_of(cells: Cells) -> pa.StringArray:
    """Each text with its capital letters as A, small ones as a, digits as 9; cut as texts are stored.

    Plain texts are translated byte by byte, all at once; the others one by one.
    """
    ends = np.concatenate([cells.starts, cells.starts[-1:] + cells.lengths[-1:]])
    translated = cells.data.tobytes().translate(_ASCII)
    shapes = pa.StringArray.from_buffers(cells.size, pa.py_buffer(ends), pa.py_buffer(translated))
    if cells.is_ascii and b"\0" not in translated and not (cells.lengths > TEXT_KEPT).any():
        return shapes
    plain = pc.string_is_ascii(cells.texts).to_numpy(zero_copy_only=False) & (cells.lengths <= TEXT_KEPT)
    if b"\0" in translated:
        plain &= ~pc.match_substring(cells.texts, "\0").to_numpy(zero_copy_only=False)
    odd = pa.array(~plain)
    return pc.replace_with_mask(shapes, odd, _one_by_one(cells.texts.filter(odd)))


def _one_by_one(texts: pa.StringArray) -> pa.StringArray:
    encoded = texts.dictionary_encode()
    shapes = storable(encoded.dictionary)
    for pattern, sign in _SIGNS:
        shapes = pc.replace_substring_regex(shapes, pattern, sign)
    return shapes.take(encoded.indices)
