"""The list of what the product is made of is CycloneDX, and complete."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> str:
    target = tmp_path_factory.mktemp("sbom") / "sbom.json"
    subprocess.run([sys.executable, ROOT / ".ci" / "sbom.py", target], check=True, capture_output=True)
    return target.read_text()


def test_it_is_valid(text) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_every_locked_package_and_vendored_file_is_in_it(text) -> None:
    locked = [
        line.partition("==")[0]
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if "==" in line
    ]
    vendored = {
        entry["package"] for entry in json.loads((ROOT / "static/vendor/vendor.lock.json").read_text())
    }
    named = {each["name"] for each in json.loads(text)["components"]}

    assert len(named) == len(locked) + len(vendored)
    assert all(each["version"] for each in json.loads(text)["components"])
