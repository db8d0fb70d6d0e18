"""Writes what the product is made of, as CycloneDX: the locked packages, and the vendored files of the pages.

``python .ci/sbom.py FILE``
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
LOCKED = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)((?:\s*\\\n\s+--hash=sha256:\w+)*)", re.MULTILINE)
HASH = re.compile(r"sha256:(\w+)")


def main(target: Path) -> None:
    sys.path.insert(0, str(ROOT))
    from dataops import __version__

    product = Component(name="dataops-inspector", version=__version__, type=ComponentType.APPLICATION)
    bom = Bom(components=[*packages(), *vendored()])
    bom.metadata.component = product
    bom.register_dependency(product, bom.components)
    target.write_text(JsonV1Dot6(bom).output_as_string(indent=1) + "\n")
    print(f"{len(bom.components)} components in {target}")


def packages() -> Iterator[Component]:
    """What `make run` installs, with the hashes that installing holds it to."""
    for name, version, hashes in LOCKED.findall((ROOT / "requirements.txt").read_text()):
        yield _component("pypi", name, version, licence=_licence_of(name), sha256=HASH.findall(hashes))


def vendored() -> Iterator[Component]:
    """What pages load in browsers."""
    seen = set()
    for entry in json.loads((ROOT / "static" / "vendor" / "vendor.lock.json").read_text()):
        if entry["package"] not in seen:
            seen.add(entry["package"])
            yield _component("npm", entry["package"], entry["version"], licence=entry["licence"])


def _component(
    kind: str, name: str, version: str, *, licence: str, sha256: list[str] | None = None
) -> Component:
    purl = PackageURL(kind, None, name, version)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=[DisjunctiveLicense(name=licence)] if licence else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in sha256 or []],
    )


def _licence_of(name: str) -> str:
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    return said.get("License-Expression") or (said.get("License") or "").partition("\n")[0][:100]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
