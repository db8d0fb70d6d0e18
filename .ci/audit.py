"""Asks an advisory service about every pinned package; a question nobody answered is never called a pass.

pip-audit says "no known vulnerabilities" of packages it could not look up; here they count as not audited.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKS = ("requirements.txt", "requirements-dev.txt")


def main() -> int:
    """0 when all were audited and are clean, or none could be audited (said aloud); else 1."""
    packages = [package for lock in LOCKS for package in ask(lock)]
    vulnerable = [package for package in packages if package.get("vulns")]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    for package in vulnerable:
        ids = ", ".join(vulnerability["id"] for vulnerability in package["vulns"])
        print(f"{package['name']} {package['version']}: {ids}")
    if len(unknown) == len(packages):
        print("NOT DONE: dependency audit (no advisory service could be reached, so nothing is known)")
        return 0
    print(f"{len(packages) - len(unknown)} of {len(packages)} packages audited, {len(vulnerable)} vulnerable")
    if unknown:
        print(f"not audited: {', '.join(unknown)}")
    return 1 if vulnerable or unknown else 0


def ask(lock: str) -> list[dict[str, Any]]:
    """What pip-audit says of each package of a lock; an empty list when it could ask nobody."""
    command = [
        str(Path(sys.executable).with_name("pip-audit")),
        "--disable-pip",
        "--no-deps",
        "--format",
        "json",
    ]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--requirement", lock], capture_output=True, text=True
    )
    try:
        return json.loads(done.stdout)["dependencies"]
    except json.JSONDecodeError:
        print(done.stderr.strip().rpartition("\n")[2])
        return []


if __name__ == "__main__":
    sys.exit(main())
