"""What can be asked of the different texts of a column, once all are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataops.engine.profile.frequent import Counted, Frequent
from dataops.engine.profilers.bag import Counts
from dataops.engine.profilers.storable import storable


class CountedTexts(Protocol):
    """Different texts and how often each occurs; all counts are exact."""

    @property
    def distinct(self) -> int: ...

    @property
    def total(self) -> int: ...

    def top(self, keep: int) -> Counted:
        """The ``keep`` most frequent, as they are stored; of equally frequent ones the first met."""
        ...

    def count_of(self, labels: pa.StringArray) -> Counts:
        """How often each stored label occurs."""
        ...


@dataclass(frozen=True, slots=True)
class HeldTexts:
    """Texts few enough to be held, in the order they were met."""

    labels: pa.StringArray
    counts: Counts

    @classmethod
    def of(cls, texts: pa.StringArray, counts: Counts) -> HeldTexts:
        return cls(storable(texts), counts) if counts.size else NO_TEXTS

    @property
    def distinct(self) -> int:
        return len(self.labels)

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def top(self, keep: int) -> Counted:
        return Frequent.of(self.labels, self.counts, keep=keep).values if self.counts.size else ()

    def count_of(self, labels: pa.StringArray) -> Counts:
        if not self.counts.size:
            return np.zeros(len(labels), np.int64)
        at = pc.index_in(labels, value_set=self.labels).fill_null(-1).to_numpy(zero_copy_only=False)
        return np.where(at >= 0, self.counts[at], 0)


NO_TEXTS = HeldTexts(pa.nulls(0, pa.string()), np.zeros(0, np.int64))
