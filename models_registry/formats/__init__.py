"""Artifact formats by key, and loading a deployed artifact whatever its format.

The libraries that models are made of (scikit-learn, skops, ONNX Runtime, pandas) are imported in this
package alone.
"""

import hashlib
from pathlib import Path

from dataops.engine.registry import Registry
from models_registry.formats.base import ArtifactFormat, BrokenArtifact, Predictor
from models_registry.formats.onnx import Onnx
from models_registry.formats.signature import Signature
from models_registry.formats.skops import Skops

ENTRY_POINTS = ("dataops.formats", "dataops.artifacts")
"""Groups that a package names its format under; one is as good as the other."""

FORMATS: Registry[ArtifactFormat] = Registry("artifact format")
FORMATS.register(Skops())
FORMATS.register(Onnx())


def load(
    format_key: str, path: Path, sha256: str, signature: Signature, allowed: frozenset[str]
) -> Predictor:
    """The predictor of an artifact, whose content is hashed again: what was not deployed is refused.

    Raises ArtifactError, LookupError for an unknown format.
    """
    check_content(path, sha256)
    return FORMATS[format_key].load(path, signature, allowed)


def check_content(path: Path, sha256: str) -> None:
    """Raises BrokenArtifact when the file is gone or holds something else."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise BrokenArtifact(
            f"The artifact is gone from the storage ({fault.strerror}); deploy the model again."
        ) from fault
    if found != sha256:
        raise BrokenArtifact(
            f"The artifact in the storage has SHA-256 {found[:12]}…, deployed was {sha256[:12]}…; "
            "deploy the model again."
        )
