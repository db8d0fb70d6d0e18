"""What all metrics ask of their rows."""

from typing import Any

from numpy.typing import NDArray


def require_rows(truth: NDArray[Any], guess: NDArray[Any]) -> None:
    """Raise ValueError unless both sides are one-dimensional, equally long and not empty."""
    if truth.shape != guess.shape or truth.ndim != 1:
        raise ValueError(f"actual has shape {truth.shape}, predicted {guess.shape}; give one of each per row")
    if not truth.size:
        raise ValueError("no rows: metrics need at least one prediction with its actual value")
