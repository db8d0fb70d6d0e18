"""Whether columns still go together as they did, beyond what each of them shows by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dataops.engine.drift.multivariate import (
    Classifier,
    Floats,
    Joint,
    average_ranks,
    domain_classifier,
    reconstruction,
)

MOST_PAIRS = 3

_SEED = 11
_VISIBLE = 0.1


@dataclass(frozen=True, slots=True)
class Pair:
    """Rank correlation of two columns (Spearman), -1..1, in the reference and now."""

    first: str
    second: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Together:
    """How well rows of the two sides are told apart, ``rows_reference`` against ``rows_current`` of them.

    ``told_apart`` is by whole rows; ``by_columns`` the AUC that is left once every column is shuffled by
    itself within its side, so that nothing but the columns one by one can tell. ``described`` compares how
    well the main directions of the reference describe both sides. ``pairs`` are those whose correlation
    changed most.
    """

    told_apart: Joint
    by_columns: float
    described: Joint
    pairs: tuple[Pair, ...]
    rows_reference: int
    rows_current: int

    @property
    def effect(self) -> float:
        """AUC that only the columns together give, 0..0.5.

        A shift of single columns raises both areas, so it leaves no effect here.
        """
        return max(self.told_apart.auc - max(self.by_columns, 0.5), 0.0)


def measure_together(
    reference: Floats, current: Floats, names: Sequence[str], classifier: Classifier
) -> Together:
    """Compare samples of rows, shape (n_rows, n_columns), of the columns ``names``; NaN is missing.

    Raises ValueError with other columns than the same, or with fewer than 4 rows a side.
    """
    chance = np.random.default_rng(_SEED)
    told_apart = domain_classifier(reference, current, classifier)
    loose = domain_classifier(_loosened(reference, chance), _loosened(current, chance), classifier)
    return Together(
        told_apart,
        loose.auc,
        reconstruction(reference, current),
        _changed_pairs(reference, current, names),
        len(reference),
        len(current),
    )


def _loosened(rows: Floats, chance: np.random.Generator) -> Floats:
    """The same columns, each in an order of its own."""
    return np.column_stack([chance.permutation(column) for column in rows.T])


def _changed_pairs(reference: Floats, current: Floats, names: Sequence[str]) -> tuple[Pair, ...]:
    before, after = _correlations(reference), _correlations(current)
    found = [
        Pair(names[i], names[j], float(before[i, j]), float(after[i, j]))
        for i, j in combinations(range(len(names)), 2)
    ]
    found.sort(key=lambda pair: -abs(pair.after - pair.before))
    return tuple(pair for pair in found[:MOST_PAIRS] if abs(pair.after - pair.before) >= _VISIBLE)


def _correlations(rows: Floats) -> Floats:
    """Rank correlations, shape (n_columns, n_columns), 0 of a constant; missing ranks in the middle."""
    ranks = np.column_stack([_centred_ranks(column) for column in rows.T])
    lengths = np.sqrt((ranks**2).sum(axis=0))
    lengths[lengths == 0] = 1.0
    unit = ranks / lengths
    return np.asarray(unit.T @ unit)


def _centred_ranks(column: Floats) -> Floats:
    there, ranks = np.isfinite(column), np.zeros(column.size)
    if there.any():
        found = average_ranks(column[there])
        ranks[there] = found - found.mean()
    return ranks
