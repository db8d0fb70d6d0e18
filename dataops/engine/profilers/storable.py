"""Texts as they are kept in a profile."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

# Texts are stored cut to this many characters: a value may be a whole document.
TEXT_KEPT = 200


def storable(texts: pa.StringArray) -> pa.StringArray:
    """Texts not too long, and without NUL, which databases refuse in text."""
    texts = pc.replace_substring(texts, "\0", "\ufffd")
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest <= TEXT_KEPT:
        return texts
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(texts, 0, TEXT_KEPT - 1), "…", "")
    return pc.if_else(pc.greater(pc.utf8_length(texts), TEXT_KEPT), cut, texts)
