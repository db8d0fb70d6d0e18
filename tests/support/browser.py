"""A real browser on this machine."""

import shutil
from pathlib import Path

from tests.support.missing import MissingError

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> Path:
    """The program of Chromium or Chrome; raises MissingError when there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise MissingError("a browser (apt-get install chromium)")
