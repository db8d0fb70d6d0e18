"""QUICK_START.md is run as it is written: each command prints what the page says below it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.support import missing
from tests.support.processes import ADMIN_PASSWORD, Processes

pytestmark = pytest.mark.processes

ROOT = Path(settings.BASE_DIR)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "--- next ---"


def steps() -> list[tuple[str, str]]:
    """Commands and what the page says they print; the first start is not among them."""
    found = BLOCK.findall((ROOT / "QUICK_START.md").read_text().partition("## 3.")[2])
    following = [*found[1:], ("sh", "")]
    return [
        (code, "" if following[i][0] == "sh" else following[i][1])
        for i, (language, code) in enumerate(found)
        if language == "sh"
    ]


def rounded(text: str) -> str:
    """Last digits of floats differ between processors."""
    return re.sub(r"\d+\.\d{6,}", lambda number: f"{float(number[0]):.6f}", text).strip()


@pytest.fixture
def running(product) -> Processes:
    for program in ("curl", "jq"):
        if shutil.which(program) is None:
            missing.skip(missing.MissingError(f"{program} (apt-get install {program})"))
    started: Processes = product(DATAOPS_SAMPLE_DATA="1")
    started.start()
    started.wait_until_ready()
    return started


def test_every_command_prints_what_the_page_says(running, tmp_path) -> None:
    written = steps()
    script = f"\necho '{MARK}'\n".join(code for code, _ in written)
    for said, here in (
        ("http://localhost:8000", running.url),
        ("YOUR PASSWORD", ADMIN_PASSWORD),
        ("/tmp/damaged.csv", str(tmp_path / "damaged.csv")),
    ):
        assert said in script
        script = script.replace(said, here)
    done = subprocess.run(
        ["bash", "-u"],
        input=script,
        cwd=ROOT,
        env=running.environ,
        capture_output=True,
        text=True,
        timeout=180,
    )

    printed = done.stdout.split(MARK)
    assert [rounded(text) for text in printed] == [rounded(said) for _, said in written], done.stderr
