"""The examples of the guides, installed by pip as a user would, without a network."""

import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile


def installed_package(package: Path, folder: Path) -> Path:
    """The folder, once pip has put the package into it."""
    site = folder / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    options = ["--no-index", "--no-deps", "--target", str(site)]
    subprocess.run([*pip, *options, str(wheel_of(package, folder))], check=True, capture_output=True)
    return site


def wheel_of(package: Path, folder: Path) -> Path:
    """What its build backend, which is no part of the product, makes of it (the format of PEP 427)."""
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    name = f"{project['name'].replace('-', '_')}-{project['version']}"
    points = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in found.items())
        for group, found in project["entry-points"].items()
    ]
    with ZipFile(folder / f"{name}-py3-none-any.whl", "w") as wheel:
        for module in package.glob("*.py"):
            wheel.write(module, module.name)
        info = f"{name}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/entry_points.txt", "".join(points))
        wheel.writestr(f"{info}/RECORD", "")
    return folder / f"{name}-py3-none-any.whl"
