"""Artifact formats by key, and loading a deployed artifact whatever its format.

The libraries that models are made of (scikit-learn, skops, pandas) are imported in this package alone.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from dataops.engine.registry import Registry
from models_registry.formats.base import ArtifactFormat, BrokenArtifact, Predictor
from models_registry.formats.signature import Signature
from models_registry.formats.skops import Skops

FORMATS: Registry[ArtifactFormat] = Registry("artifact format")
FORMATS.register(Skops())

MODELS_KEPT_LOADED = 8


@lru_cache(maxsize=MODELS_KEPT_LOADED)
def load(format_key: str, path: Path, sha256: str, signature: Signature) -> Predictor:
    """The predictor of an artifact, loaded once a process and forgotten when eight others are younger.

    The content is hashed again on the way: a file that is not the one that was deployed is refused.
    Raises ArtifactError, LookupError for an unknown format.
    """
    _check_content(path, sha256)
    return FORMATS[format_key].load(path, signature)


def _check_content(path: Path, sha256: str) -> None:
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
