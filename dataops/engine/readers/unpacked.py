"""Formats that are read back and forth: in an archive they are unpacked to a file first."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from dataops.engine.intake import Detected, SizeLimits
from dataops.engine.protocols import Dataset
from dataops.engine.readers.source import Source

Opener = Callable[[Path, Detected, SizeLimits], Dataset]


def unpacked(open_file: Opener) -> Opener:
    """``open_file`` for files in archives too; what was unpacked goes with the dataset."""

    def open_either(path: Path, detected: Detected, limits: SizeLimits) -> Dataset:
        if not detected.compression:
            return open_file(path, detected, limits)
        source = Source(path, detected.compression, "", limits, detected.member)
        with NamedTemporaryFile(prefix="unpacked-", delete=False) as file:
            spooled = Path(file.name)
            try:
                for chunk in source.raw_chunks():
                    file.write(chunk)
                file.flush()
                dataset = open_file(spooled, replace(detected, compression=""), limits)
            except BaseException:
                spooled.unlink(missing_ok=True)
                raise
        weakref.finalize(dataset, spooled.unlink, missing_ok=True)
        return dataset

    return open_either
