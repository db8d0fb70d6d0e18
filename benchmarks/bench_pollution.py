"""How well damaged files are read when nobody says how they are written.

Each file scores 1 for being read at all, and precision, recall and their harmonic mean of header
names, rows and cells: 10 at most. The bar is on what is missing to 10, since smaller is better.
"""

import tempfile
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from statistics import mean

from benchmarks.measurement import Measurement
from benchmarks.pollution import Polluted, polluted
from dataops.engine.errors import InspectionError
from dataops.engine.readers import open_dataset

BAR = 0.05
# Cells are compared as they are written, so that the notation of numbers and dates is left alone.
AS_WRITTEN = {"decimal": ".", "thousands": "", "date_order": ""}


def measure() -> Iterator[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        scores = {file.name: score_of(file, Path(folder)) for file in polluted()}
    for name, score in sorted(scores.items(), key=lambda item: item[1])[:5]:
        if score < 10:
            print(f"  {score:6.3f}  {name}")
    yield Measurement(
        f"Points short of 10 on {len(scores)} damaged files, nothing told",
        10 - mean(scores.values()),
        "",
        BAR,
    )


def score_of(file: Polluted, folder: Path) -> float:
    path = folder / "t"
    path.write_bytes(file.content)
    try:
        dataset = open_dataset(path, dialect=AS_WRITTEN)
        rows = [tuple(row.values()) for block in dataset.blocks() for row in block.to_pylist()]
    except InspectionError:
        return 0.0
    named = dataset.dialect is not None and dataset.dialect.header
    names = list(dataset.names) if named else []
    parts = (
        (names, file.header),
        (rows, [tuple(row) for row in file.rows]),
        ([cell for row in rows for cell in row], [cell for row in file.rows for cell in row]),
    )
    return 1 + sum(_agreement(found, wanted) for found, wanted in parts)


def _agreement(found: Iterable[Hashable], wanted: Iterable[Hashable]) -> float:
    """Precision, recall and their harmonic mean, added up: 0 to 3."""
    have, want = Counter(found), Counter(wanted)
    if not have and not want:
        return 3.0
    hits = sum((have & want).values())
    precision, recall = hits / max(have.total(), 1), hits / max(want.total(), 1)
    return precision + recall + (2 * precision * recall / (precision + recall) if hits else 0.0)
