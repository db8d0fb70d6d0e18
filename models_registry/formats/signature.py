"""What a model takes and what it answers: the promise every request is held to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

import numpy as np

Column = Sequence[Any] | np.ndarray
"""Values of one feature, a row each; numbers may come as an array where none is missing."""


class FeatureType(StrEnum):
    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"

    @property
    def is_numeric(self) -> bool:
        return self in (FeatureType.NUMBER, FeatureType.INTEGER)


@dataclass(frozen=True, slots=True)
class Feature:
    """One input.

    ``minimum`` and ``maximum`` are what training saw, told to people and left to drift detection;
    a value beyond them is no error. ``categories`` are the texts that training saw, most frequent
    first; others are an error unless the feature is ``open``. A feature that is not ``required`` may
    be null or left out.
    """

    name: str
    type: FeatureType
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    open: bool = False
    description: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "type": FeatureType(data["type"]), "categories": tuple(data["categories"])})


@dataclass(frozen=True)
class Signature:
    """Features in the order of training; ``classes`` with the positive one last, empty for numbers."""

    features: tuple[Feature, ...]
    classes: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(Feature.from_dict(f) for f in data["features"]), tuple(data["classes"]))

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; ``from_dict`` gives the same signature back."""
        return {
            "features": [
                asdict(feature) | {"type": str(feature.type), "categories": list(feature.categories)}
                for feature in self.features
            ],
            "classes": list(self.classes),
        }

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    def rows_of(self, columns: Mapping[str, Column]) -> list[dict[str, Any]]:
        """Instances as they are logged, from columns as they are predicted on."""
        names = self.names
        rows = zip(*(plain(columns[name]) for name in names), strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]


def plain(column: Column) -> Sequence[Any]:
    """Values of Python, as JSON has them."""
    return column.tolist() if isinstance(column, np.ndarray) else column
