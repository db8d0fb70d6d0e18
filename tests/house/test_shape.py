"""The house keeps its shape: who may know whom, how large a file may be, what the API schema says."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
MOST_LINES = 400
CODE = (
    "dataops",
    "quality",
    "models_registry",
    "alerts",
    "dashboard",
    "templates",
    "static",
    "tests",
    "benchmarks",
)
KINDS = {".py", ".html", ".css", ".js"}


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_asks_for_a_folder() -> None:
    files = [
        file
        for folder in CODE
        for file in (ROOT / folder).rglob("*")
        if file.suffix in KINDS and not {"vendor", "migrations"} & set(file.parts)
    ]

    assert len(files) > 200
    assert [f for f in files if len(f.read_text().splitlines()) > MOST_LINES] == []


def test_api_schema_is_valid_and_the_committed_one(tmp_path) -> None:
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))

    committed = ROOT / "docs" / "reference" / "openapi.yaml"
    assert committed.read_text() == made.read_text(), "run: make schema"
