"""Every environment variable has a line in the reference, and every line a variable."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("dataops", "quality", "models_registry", "alerts", "dashboard")
# Set by Django's own start and by the supervisor for its processes; nobody chooses a value.
OWN = {"DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED"}
READERS = re.compile(r"^(env(\.\w+)?|(os\.)?environ\.get)$")


def read_by(code: str) -> Iterator[str]:
    """Names of the environment variables that Python code reads."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if READERS.match(
                ast.unparse(func)
            ):
                yield name
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))) if ast.unparse(value) in (
                "os.environ",
                "environ",
            ):
                yield name


def variables() -> set[str]:
    code = {name for p in PACKAGES for file in (ROOT / p).rglob("*.py") for name in read_by(file.read_text())}
    compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    return (code | compose) - OWN


def documented() -> list[str]:
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    return re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)


def test_reading_is_recognised_in_every_way_we_write_it() -> None:
    code = 'env("A")\nenv.int("B", default=1)\nos.environ.get("C")\nenviron["D"]\nother("E")'

    assert set(read_by(code)) == {"A", "B", "C", "D"}


def test_every_variable_that_is_read_is_documented() -> None:
    assert variables() - set(documented()) == set()


def test_every_documented_variable_is_read() -> None:
    assert set(documented()) - variables() == set()


def test_no_variable_is_documented_twice() -> None:
    assert sorted(documented()) == sorted(set(documented()))


def test_the_example_file_names_only_documented_variables() -> None:
    named = re.findall(r"^# ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert named
    assert set(named) <= set(documented())


def test_every_setting_of_our_own_is_used() -> None:
    """A limit that nothing enforces would be a promise on paper."""
    source = (ROOT / "dataops" / "settings.py").read_text()
    ours = {
        name
        for name in re.findall(r"^(\w+) = env", source, re.MULTILINE)
        if name.startswith(("MAX_", "RUN_"))
    }
    used = "\n".join(
        file.read_text() for p in PACKAGES for file in (ROOT / p).rglob("*.py") if file.name != "settings.py"
    )

    assert {name for name in ours if f"settings.{name}" not in used} == set()
