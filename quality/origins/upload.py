"""Files that people and scripts bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quality.origins.base import Fetched, Progress


@dataclass(frozen=True, slots=True)
class UploadParams:
    """Nothing to set: whoever has a file brings it."""


@dataclass(frozen=True, slots=True)
class UploadOrigin:
    """Files are handed in on the page or with `POST /api/v1/data-quality/upload`."""

    key: str = "upload"
    label: str = "Uploaded files"
    params: type[UploadParams] = UploadParams
    fetches: bool = False

    def fetch(self, config: Any, *, cursor: Mapping[str, Any], into: Path, progress: Progress) -> Fetched:
        """Nothing is fetched: the newest upload is what there is."""
        return Fetched(None)

    def look(self, config: Any) -> str:
        return "Files are uploaded; there is nothing to connect to."
