"""A real browser on this machine; ``python -m tests.support.browser`` installs one where that is allowed."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.missing import MissingError

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> Path:
    """The program of Chromium or Chrome; raises MissingError when there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise MissingError("a browser (apt-get install chromium)")


def install() -> None:
    """Install Debian's Chromium, when this is Debian and we are root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], env=environ)
    subprocess.run([*apt, "install", "--yes", "--no-install-recommends", "chromium"], env=environ)


if __name__ == "__main__":
    try:
        chromium()
    except MissingError:
        print("Looking for a browser to install; its tests are reported as not run when there is none")
        install()
