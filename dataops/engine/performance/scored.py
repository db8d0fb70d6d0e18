"""Rows with their predicted class, made ready once so that any choice of rows is measured quickly."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dataops.engine.performance.labels import Codes, Floats, Labels, codes, positions, probability_table
from dataops.engine.performance.measures import confusion_matrix, label_metrics, probability_metrics
from dataops.engine.performance.rows import require_rows


@dataclass(frozen=True, slots=True)
class Scored:
    """``belongs[i, k]`` is how much of row i is of class k: 0 or 1 where the truth is known, else its chance.

    Shape (n_rows, n_classes). ``guess`` is the predicted class, shape (n_rows,); ``table`` are the
    probabilities that the model said of its own classes, which come first, or None. ``given`` are the rows
    that it said them of, shape (n_rows,); None when it did of all.
    """

    belongs: Floats
    guess: Codes
    table: Floats | None
    given: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        actual: Labels,
        predicted: Labels,
        probabilities: ArrayLike | None = None,
        classes: Labels | None = None,
        given: NDArray[np.bool_] | None = None,
    ) -> Self:
        """From labels; arguments and errors as of ``classification``. Rows of ``probabilities`` that were not
        ``given`` count for no metric."""
        known = positions(classes, actual, predicted)
        truth, guess = codes(actual, known), codes(predicted, known)
        require_rows(truth, guess)
        table = None
        if probabilities is not None:
            if classes is None:
                raise ValueError("probabilities need classes: the labels their columns stand for, in order")
            table = probability_table(probabilities, len(truth), len(classes))
        return cls(np.eye(len(known))[truth], guess, table, given)

    def __len__(self) -> int:
        return int(self.guess.size)

    def expecting(self, chances: Floats) -> Self:
        """The same rows, but of no known class: ``chances`` has the shape (n_rows, n_classes)."""
        return replace(self, belongs=chances)

    def metrics(self, rows: NDArray[np.intp] | None = None) -> dict[str, float]:
        """Metrics of all rows, or of those at the positions ``rows``, which may repeat."""
        chosen = slice(None) if rows is None else rows
        belongs = self.belongs[chosen]
        found = label_metrics(confusion_matrix(belongs, self.guess[chosen]))
        if self.table is None:
            return found
        table = self.table[chosen]
        if self.given is not None:
            given = self.given[chosen]
            belongs, table = belongs[given], table[given]
        return found | probability_metrics(belongs[:, : table.shape[1]], table) if len(table) else found
