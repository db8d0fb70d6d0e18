"""Fetch the front-end libraries that the pages use and pin them by checksum; needs npm.

Only for refreshing: the files are part of the repository, and no machine that runs or tests the
product needs npm. The lock it writes is what tests/house/test_vendor.py checks.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

TARGET = Path(settings.BASE_DIR) / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: the files we serve, by their path inside it, and the folder they go to."""

    name: str
    version: str
    folder: str
    files: tuple[str, ...]
    licence_file: str = "LICENSE"


PACKAGES = (
    Package("htmx.org", "4.0.1", "htmx", ("dist/htmx.min.js", "dist/ext/hx-ptag.min.js")),
    Package("bootstrap", "5.3.9", "bootstrap", ("dist/css/bootstrap.min.css",)),
    Package("chart.js", "4.6.1", "chartjs", ("dist/chart.umd.min.js",), "LICENSE.md"),
    Package(
        "chartjs-plugin-annotation",
        "3.1.0",
        "chartjs-annotation",
        ("dist/chartjs-plugin-annotation.min.js",),
        "LICENSE.md",
    ),
)


class Command(BaseCommand):
    help = (
        "Refresh static/vendor from npm and write vendor.lock.json (package, version, licence, file, sha256)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lock = [entry for package in PACKAGES for entry in vendor(package)]
        (TARGET / "vendor.lock.json").write_text(json.dumps(lock, indent=2) + "\n")
        self.stdout.write(f"{len(lock)} files pinned in {TARGET / 'vendor.lock.json'}")


def vendor(package: Package) -> list[dict[str, str]]:
    """Write the package's files and its licence; the lock entries of all of them."""
    folder = TARGET / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(download(package, Path(scratch))) as tar:
        licence = json.loads(read(tar, "package.json"))["license"]
        for name in (*package.files, package.licence_file):
            content = without_source_map(name, read(tar, name))
            path = folder / Path(name).name
            path.write_bytes(content)
            entries.append(
                {
                    "package": package.name,
                    "version": package.version,
                    "licence": licence,
                    "file": path.relative_to(TARGET).as_posix(),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    return entries


def download(package: Package, scratch: Path) -> Path:
    """The package's tarball, its bytes compared with the integrity the registry states."""
    wanted = f"{package.name}@{package.version}"
    packed = json.loads(npm("pack", "--json", "--pack-destination", str(scratch), wanted))[0]
    stated = json.loads(npm("view", "--json", wanted, "dist.integrity"))
    tarball = scratch / str(packed["filename"])
    found = "sha512-" + b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != stated:
        raise CommandError(f"{wanted}: integrity {found}, the registry states {stated}")
    return tarball


def read(tar: tarfile.TarFile, name: str) -> bytes:
    """One file of an npm tarball, whose members all live under ``package/``."""
    member = tar.extractfile(f"package/{name}")
    if member is None:
        raise CommandError(f"the package has no file {name}")
    return member.read()


def without_source_map(name: str, content: bytes) -> bytes:
    """Drop the pointer to a source map we do not ship: the manifest storage would look for the file."""
    if not name.endswith((".js", ".css")):
        return content
    kept = [line for line in content.splitlines(keepends=True) if b"sourceMappingURL=" not in line[:32]]
    return b"".join(kept)


def npm(*arguments: str) -> str:
    """Output of one npm command; CommandError with npm's own words when it fails."""
    done = subprocess.run(["npm", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"npm {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
