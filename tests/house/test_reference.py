"""The generated pages say what the code declares now, and every strategy has its place in them."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from dataops.management import reference
from dataops.plugins import REGISTRIES

FOLDER = Path(settings.BASE_DIR) / "docs" / "reference"
PAGE_OF = {
    "dataops.checks": "checks.md",
    "dataops.drift": "drift.md",
    "dataops.readers": "formats.md",
    "dataops.origins": "sources.md",
    "dataops.channels": "channels.md",
    "dataops.formats": "formats.md",
    "dataops.artifacts": "formats.md",
    "dataops.metrics": "metrics.md",
}


@pytest.mark.parametrize("name", reference.pages())
def test_generated_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text() == reference.pages()[name], "run: manage.py write_reference"


@pytest.mark.parametrize("group", REGISTRIES)
def test_every_key_of_a_registry_is_documented(group: str) -> None:
    page = (FOLDER / PAGE_OF[group]).read_text()
    built_in = reference.built_in(REGISTRIES[group])

    assert built_in
    assert [found.key for found in built_in if f"`{found.key}`" not in page] == []


def test_a_plug_in_of_this_machine_is_not_documented(monkeypatch) -> None:
    class Foreign:
        key, label = "plugged_in", "Plugged in"

    checks = REGISTRIES["dataops.checks"]
    monkeypatch.setattr(checks, "_by_key", {**checks._by_key, "plugged_in": Foreign()})

    assert "plugged_in" not in reference.pages()["checks.md"]


def test_the_api_guide_names_every_path() -> None:
    paths = yaml.safe_load((FOLDER / "openapi.yaml").read_text())["paths"]
    guide = (FOLDER.parent / "api.md").read_text()
    last_words = {[part for part in path.split("/") if "{" not in part][-1] for path in paths}

    assert {word for word in last_words if not re.search(rf"[/`]{word}\b", guide)} == set()
