"""What is known of one column."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.profile.frequent import Frequent
from dataops.engine.profile.histogram import Histogram
from dataops.engine.profile.lengths import Lengths
from dataops.engine.profile.margins import Margins
from dataops.engine.profile.moments import Moments
from dataops.engine.profile.outliers import Outliers
from dataops.engine.profile.quantiles import Quantiles
from dataops.engine.profile.sketches import Sketches
from dataops.engine.types import ColumnType

Scalar = float | int | str | None


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Counts and statistics of one column; ``missing + invalid + valid == rows`` always.

    ``missing`` follows the missing policy; ``invalid`` are present values that do not read as
    ``type``, the most frequent of them in ``invalid_values``; ``nan`` and ``infinite`` are valid
    numbers that are not finite, counted apart and kept out of every numeric statistic.
    ``distinct`` counts different present values.
    ``minimum`` and ``maximum`` are numbers, ISO dates or text. ``moments``, ``quantiles``,
    ``histogram``, ``outliers`` (k = 1.5) and ``far_outliers`` (k = 3) exist for numbers;
    dates and times have ``quantiles`` and ``histogram`` over seconds since 1970 UTC.
    ``lengths`` and ``patterns`` (letters as A and a, digits as 9; most frequent first) exist for text.
    ``exact`` is false when any of it is an estimate, and ``margins`` then says how far it may be off.
    ``sketches``, made when asked for, keep the percentiles and distinct counts of merged parts close.
    """

    name: str
    type: ColumnType
    rows: int
    missing: int
    distinct: int
    frequent: Frequent
    nan: int = 0
    infinite: int = 0
    invalid: int = 0
    invalid_values: tuple[tuple[str, int], ...] = ()
    minimum: Scalar = None
    maximum: Scalar = None
    moments: Moments | None = None
    quantiles: Quantiles | None = None
    histogram: Histogram | None = None
    lengths: Lengths | None = None
    patterns: tuple[tuple[str, int], ...] = ()
    outliers: Outliers | None = None
    far_outliers: Outliers | None = None
    exact: bool = True
    margins: Margins | None = None
    sketches: Sketches | None = None

    def merge(self, *others: ColumnProfile) -> ColumnProfile:
        """The profile of the column in all parts; raises ValueError when the types differ."""
        # Not above: merging is made of profiles.
        from dataops.engine.profile.merging import merge_columns

        return merge_columns(self, *others)

    @property
    def present(self) -> int:
        return self.rows - self.missing

    @property
    def valid(self) -> int:
        return self.present - self.invalid

    @property
    def finite(self) -> int:
        """Rows that take part in the numeric statistics."""
        return self.valid - self.nan - self.infinite

    @property
    def missing_fraction(self) -> float:
        """Missing rows over all rows, 0..1; 0 for an empty table."""
        return self.missing / self.rows if self.rows else 0.0
