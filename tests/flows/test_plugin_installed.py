"""The example package of docs/how-to/plugins.md, installed by pip as the guide says."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.processes import environment

pytestmark = pytest.mark.processes

ROOT = Path(settings.BASE_DIR)
FORM = """
from quality.forms.rules import RuleForm
from quality.models import Check
from dataops.engine.types import Severity
print(RuleForm(instance=Check(kind="dominant_value", severity=Severity.WARNING)).as_div())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the package, as pip leaves it; the environment of the tests stays as it is."""
    folder = tmp_path_factory.mktemp("site-packages")
    example = ROOT / "docs" / "how-to" / "example_plugin"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, example]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def manage(installed, tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``manage("check")``: a command of a product that finds the package."""
    environ = environment(tmp_path, 0, {"PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)])})

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ROOT / "manage.py", *arguments]
        return subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_the_check_judges_a_file(manage, tmp_path):
    stuck = tmp_path / "stuck.csv"
    stuck.write_text("sensor,reading\n" + "".join(f"20.5,{i}\n" for i in range(1000)))

    done = manage("inspect", str(stuck), "--json", "--fail-on", "fail")

    results = json.loads(done.stdout)["results"]
    outcomes = {one["column"]: one["outcome"] for one in results if one["check"] == "dominant_value"}
    assert (done.returncode, outcomes) == (1, {"sensor": "fail", "reading": "pass"}), done.stderr


def test_its_parameters_are_in_the_form_and_its_limits_in_percent(manage):
    form = manage("shell", "-c", FORM)

    assert 'name="param_minimum_rows"' in form.stdout, form.stderr
    assert "Columns with fewer values are not judged (rows)" in form.stdout
    assert "warns above 95 %, fails above 99.9 %" in form.stdout


def test_it_is_in_the_schema_of_the_api(manage):
    schema = manage("spectacular", "--format", "openapi-json")

    shapes = json.loads(schema.stdout)["components"]["schemas"].values()
    kinds = [shape["enum"] for shape in shapes if "missing_values" in shape.get("enum", ())]
    assert kinds
    assert all("dominant_value" in enum for enum in kinds)
