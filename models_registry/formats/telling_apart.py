"""The classifier that tells rows of one window from rows of another; it lives as long as the question."""

import numpy as np
from numpy.typing import NDArray

from dataops.engine.drift.multivariate import Floats

ITERATIONS = 40
LEAVES = 15
SEED = 5


def boosted(rows: Floats, is_current: NDArray[np.bool_], asked: Floats) -> Floats:
    """Chance of each of the rows ``asked`` to be a current one; a ``dataops.engine.drift`` classifier."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    # Small trees and few: half the seconds of the library's own, and it finds as much.
    model = HistGradientBoostingClassifier(
        max_iter=ITERATIONS, max_leaf_nodes=LEAVES, early_stopping=False, random_state=SEED
    )
    chances: Floats = model.fit(rows, is_current).predict_proba(asked)[:, 1]
    return chances
