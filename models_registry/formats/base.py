"""The shape of an artifact format, and of what it loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dataops.engine.errors import InspectionError
from models_registry.formats.signature import Column, FeatureType, Signature

ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Answer:
    """Predictions of one request in the order of its instances.

    ``predictions`` are labels or floats; ``chances`` has the shape (instances, ``classes``), and is None for
    a model that answers numbers or labels alone.
    """

    predictions: list[Any]
    chances: np.ndarray | None = None
    classes: Sequence[str] = ()

    @property
    def probabilities(self) -> list[dict[str, float]] | None:
        """One mapping of class to chance an instance, made anew each time."""
        if self.chances is None:
            return None
        return [dict(zip(self.classes, row, strict=True)) for row in self.chances.tolist()]

    @property
    def by_class(self) -> dict[str, np.ndarray] | None:
        """The chances of each class, shape (instances,)."""
        return None if self.chances is None else dict(zip(self.classes, self.chances.T, strict=True))


def by_chance(chances: np.ndarray, classes: Sequence[str]) -> Answer:
    """The likeliest class of each row; ``chances`` has the shape (rows, classes).

    Chances are compared in six digits: of two equal ones the first class is answered, not the one that
    rounding in the last place favours in this library or that. The same rounding makes a sum of leaves
    1.0000001: what is outside 0 to 1 by no more is put back. Raises NoAnswer for what is no chance at all.
    """
    if not (np.abs(chances - 0.5) <= 0.5 + ROUNDING).all():
        raise NoAnswer("the model's probabilities are not numbers from 0 to 1 for these values")
    chances = chances.clip(0.0, 1.0)
    best = chances.round(6).argmax(axis=1).tolist()
    return Answer([classes[place] for place in best], chances, classes)


class Predictor(Protocol):
    """A loaded model; safe to call from several threads."""

    def predict(self, columns: Mapping[str, Column]) -> Answer:
        """Raises NoAnswer when the model cannot compute with these values."""
        ...


@dataclass(frozen=True, slots=True)
class Description:
    """What an artifact itself tells: ``features`` by name in order, with a type where it knows one.

    ``classes`` in the order of the model, empty for numbers.
    """

    features: Mapping[str, FeatureType | None]
    classes: tuple[str, ...] = ()
    estimator: str = ""


class ArtifactFormat(Protocol):
    """A way to keep a trained model in a file.

    ``allowed`` are the types that the server lets an artifact name beyond what the format trusts
    by itself; the file has no say in it.
    """

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    def recognises(self, path: Path) -> bool:
        """Whether the content looks like this format; cheap, and never loads anything."""
        ...

    def describe(self, path: Path, allowed: frozenset[str]) -> Description:
        """Audits, loads and tells. Called in a process of its own, as ``load`` is first."""
        ...

    def audit(self, path: Path, allowed: frozenset[str]) -> list[str]:
        """The types of ``allowed`` that the file makes use of; UnsafeArtifact when it names others."""
        ...

    def load(self, path: Path, signature: Signature, allowed: frozenset[str]) -> Predictor:
        """Audits, then loads. Raises UnsafeArtifact or BrokenArtifact."""
        ...

    def library_versions(self) -> dict[str, str]: ...


class NoAnswer(InspectionError):  # noqa: N818 - the name is the message
    """The model cannot compute with the values of a request."""

    default_code = "no_answer"


class ArtifactError(InspectionError):
    default_code = "artifact_error"


class BrokenArtifact(ArtifactError):  # noqa: N818 - the name is the message
    """The file is damaged, or is not the one that was deployed."""

    default_code = "broken_artifact"


class UnsafeArtifact(ArtifactError):  # noqa: N818 - the name is the message
    """The file names types that nobody allowed; it was not loaded."""

    default_code = "unsafe_artifact"


class UnknownArtifact(InspectionError):  # noqa: N818 - the name is the message
    """The file is of no kind that is taken."""

    default_code = "unknown_artifact"


class BadSignature(InspectionError):  # noqa: N818 - the name is the message
    """What was said of features and classes does not fit the artifact."""

    default_code = "bad_signature"
