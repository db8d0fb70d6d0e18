"""What a metric of performance is given, and what it has to be."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """Predictions beside what really happened; at least one row.

    ``actual`` and ``predicted`` have the shape (n_rows,): texts of ``classes``, or float64 where there are
    none. ``probabilities`` has the shape (n_rows, n_classes), columns in the order of ``classes``; None for
    numbers, and where some row came without.
    """

    actual: NDArray[Any]
    predicted: NDArray[Any]
    probabilities: Floats | None
    classes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.actual.size)

    def at(self, rows: NDArray[np.intp]) -> "Answers":
        """The rows at these positions, which may repeat."""
        table = None if self.probabilities is None else self.probabilities[rows]
        return Answers(self.actual[rows], self.predicted[rows], table, self.classes)


class Measure(Protocol):
    """One number about how good predictions were.

    ``tasks`` are those of "classification" and "regression" that it fits. ``params`` is a frozen dataclass;
    every field has a default and in its metadata the form ``field`` that labels, explains and checks it.
    """

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def tasks(self) -> Collection[str]: ...
    @property
    def params(self) -> type[Any]: ...

    def measure(self, answers: Answers, params: Any) -> float | None:
        """The value, a finite number; None where these rows do not define it.

        It is called for all rows of a week, for each segment, and 200 times for rows drawn anew.
        """
        ...
