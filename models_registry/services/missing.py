"""Cells of text files that say that there is no value."""

import pyarrow as pa
import pyarrow.compute as pc

# Lists, and no arrays yet: making one imports pandas, which most processes never need.
_WORDS = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None"]


def without_missing(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """NULL where a text says that there is no value."""
    return pc.if_else(pc.is_in(texts, value_set=pa.array(_WORDS)), None, texts)
