"""The shape of an artifact format, and of what it loads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from dataops.engine.errors import InspectionError
from models_registry.formats.signature import Signature


@dataclass(frozen=True, slots=True)
class Answer:
    """Predictions of one request in the order of its instances.

    ``predictions`` are labels or finite floats; ``probabilities`` one mapping of class to chance an
    instance, None for a model that answers numbers.
    """

    predictions: list[Any]
    probabilities: list[dict[str, float]] | None = None


class Predictor(Protocol):
    """A loaded model; safe to call from several threads."""

    def predict(self, columns: Mapping[str, Sequence[Any]]) -> Answer: ...


class ArtifactFormat(Protocol):
    """A way to keep a trained model in a file."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    def dump(self, estimator: Any) -> bytes: ...

    def audit(self, path: Path) -> None:
        """Raises UnsafeArtifact when the file holds anything that is not on the allow-list."""
        ...

    def load(self, path: Path, signature: Signature) -> Predictor:
        """Audits, then loads. Raises UnsafeArtifact or BrokenArtifact."""
        ...

    def library_versions(self) -> dict[str, str]: ...


class ArtifactError(InspectionError):
    default_code = "artifact_error"


class BrokenArtifact(ArtifactError):  # noqa: N818 - the name is the message
    """The file is damaged, or is not the one that was deployed."""

    default_code = "broken_artifact"


class UnsafeArtifact(ArtifactError):  # noqa: N818 - the name is the message
    """The file names types that nobody allowed; it was not loaded."""

    default_code = "unsafe_artifact"
