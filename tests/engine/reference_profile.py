"""A slow and obvious profiler: numpy and the standard library over Python lists."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dataops.engine.profile import Lengths
from dataops.engine.profile.quantiles import LEVELS
from dataops.engine.profilers import literals
from dataops.engine.profilers.missing import BLANKS
from dataops.engine.types import ColumnType


@dataclass
class Reference:
    """What the profile of one column of text cells has to say."""

    type: ColumnType
    missing: int
    distinct: int
    frequent: tuple
    invalid: int
    invalid_values: tuple
    nan: int = 0
    infinite: int = 0
    quantiles: list | None = None
    mean: float | None = None
    std: float | None = None
    outliers: list | None = None
    histogram_total: int | None = None
    lengths: Lengths | None = None
    patterns: tuple = ()
    extremes: tuple | None = None


def reference_profile(cells: list[str], tokens: frozenset[str], expected: ColumnType | None) -> Reference:
    trimmed = [cell.strip(BLANKS) for cell in cells]
    present = [cell for cell, text in zip(cells, trimmed, strict=True) if text and text not in tokens]
    missing = len(cells) - len(present)
    if not present:
        return Reference(expected or ColumnType.EMPTY, missing, 0, (), 0, ())
    kind = literals.choose_type(pa.array(present), np.ones(len(present), np.int64), expected)
    reads = literals.reads_as(pa.array(present), kind)
    invalid = [cell for cell, good in zip(present, reads, strict=True) if not good]
    texts = [cell for cell, good in zip(present, reads, strict=True) if good]
    found = Reference(
        kind,
        missing,
        distinct=0,
        frequent=(),
        invalid=len(invalid),
        invalid_values=tuple(Counter(invalid).most_common(10)),
    )
    if kind is ColumnType.TEXT:
        _describe_texts(found, texts)
        values: list = texts
    else:
        values = literals.parse(pa.array(texts, pa.string()), kind).tolist()
        _describe_values(found, kind, values)
    found.distinct = len({"nan" if value != value else value for value in values}) + len(set(invalid))
    # What is equally frequent may come in any order: its counts alone are compared.
    counts = Counter("nan" if value != value else value for value in values)
    found.frequent = tuple(sorted([*counts.values(), *Counter(invalid).values()], reverse=True)[:100])
    return found


def _describe_texts(found: Reference, texts: list[str]) -> None:
    found.lengths = Lengths.of([len(text) for text in texts])
    shapes = Counter(
        re.sub("[0-9]", "9", re.sub("[a-zé]", "a", re.sub("[A-ZÉ]", "A", text))) for text in texts
    )
    found.patterns = tuple(shapes.most_common(10))
    ordered = sorted(texts, key=str.encode)
    found.extremes = ordered[0], ordered[-1]


def _describe_values(found: Reference, kind: ColumnType, values: list) -> None:
    if kind is ColumnType.BOOLEAN:
        return
    scale = {ColumnType.DATE: 86_400.0, ColumnType.DATETIME: 1e-6}.get(kind, 1)
    x = np.array(values, dtype=np.float64) * scale
    finite = np.sort(x[np.isfinite(x)])
    found.nan, found.infinite = int(np.isnan(x).sum()), int(np.isinf(x).sum())
    if not finite.size:
        return
    found.histogram_total = finite.size
    found.quantiles = np.quantile(finite, LEVELS).tolist()
    if kind.is_numeric:
        known = [value for value in values if np.isfinite(value)]
        found.extremes = min(known), max(known)
        found.mean = float(np.mean(finite))
        found.std = float(np.std(finite, ddof=1)) if finite.size > 1 else None
        found.outliers = [_outliers(finite, k) for k in (1.5, 3.0)]


def _outliers(x: np.ndarray, k: float) -> range | None:
    """How many there may be: a value that is on a fence but for rounding is on either side of it."""
    low, high = np.quantile(x, [0.25, 0.75])
    reach = k * (high - low)
    if not reach > 0:
        return None
    slack = 1e-9 * (abs(low) + abs(high))
    far = ((x < low - reach - slack) | (x > high + reach + slack)).sum()
    near = ((x < low - reach + slack) | (x > high + reach - slack)).sum()
    return range(int(far), int(near) + 1)
