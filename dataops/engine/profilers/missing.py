"""What counts as missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """Which cells hold no value: NULL, the empty text, and by default text of spaces alone.

    "NA", "null" or "-" are values (NA is Namibia) unless they are named in ``tokens``, which are
    compared without the spaces around them.

    >>> MissingPolicy(tokens=frozenset({"NA"})).mask(pa.array(["NA", " ", "Nantes"])).tolist()
    [True, True, False]
    """

    tokens: frozenset[str] = frozenset()
    whitespace: bool = True

    def mask(self, texts: pa.StringArray) -> NDArray[np.bool_]:
        """Which of ``texts`` are missing; shape (n,)."""
        trimmed = pc.utf8_trim_whitespace(texts)
        absent = pc.equal(trimmed if self.whitespace else texts, "")
        if self.tokens:
            absent = pc.or_(absent, pc.is_in(trimmed, pa.array(sorted(self.tokens), pa.string())))
        mask: NDArray[np.bool_] = absent.to_numpy(zero_copy_only=False)
        return mask


DEFAULT_POLICY = MissingPolicy()
