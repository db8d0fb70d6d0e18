"""The example of docs/how-to/plugins.md works as it is written, and a broken plug-in breaks nothing else."""

import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings

from dataops import plugins
from dataops.engine.checks import CHECKS
from dataops.engine.inspection import default_plan, inspect
from dataops.engine.readers import ArrowDataset
from dataops.engine.testing import conformance_problems
from dataops.engine.types import Outcome
from models_registry.formats import FORMATS, trial
from quality import services

HOW_TO = Path(settings.BASE_DIR) / "docs" / "how-to"
EXAMPLE = HOW_TO / "example_plugin"


def entry_points_of(project: dict[str, dict[str, str]]) -> Callable[..., list[EntryPoint]]:
    """What ``importlib.metadata.entry_points`` would find once the project is installed."""

    def find(*, group: str) -> list[EntryPoint]:
        return [EntryPoint(name, value, group) for name, value in project.get(group, {}).items()]

    return find


@pytest.fixture
def registries(monkeypatch) -> Iterator[None]:
    """What a test registers is gone after it."""
    for registry in plugins.REGISTRIES.values():
        monkeypatch.setattr(registry, "_by_key", dict(registry._by_key))
    monkeypatch.setattr(plugins, "LOADED", [])
    yield
    sys.modules.pop("dominant_value", None)


@pytest.fixture
def example(registries, monkeypatch) -> plugins.Plugin:
    """The example package, as if it were installed."""
    monkeypatch.syspath_prepend(EXAMPLE)
    declared = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]["entry-points"]
    [loaded] = plugins.load(found=entry_points_of(declared))
    return loaded


def test_example_is_registered_and_conforms(example) -> None:
    assert (example.name, example.fault) == ("dominant_value", "")
    assert conformance_problems(CHECKS["dominant_value"]) == []


def test_example_finds_a_stuck_column_in_an_inspection(example) -> None:
    table = pa.table({"stuck": [20.5] * 1000, "alive": list(range(1000))})

    report = inspect(ArrowDataset(table), default_plan())

    outcomes = {r.column: r.outcome for r in report.results if r.check == "dominant_value"}
    assert outcomes == {"stuck": Outcome.FAIL, "alive": Outcome.PASS}


def test_a_new_source_gets_the_check_of_a_plug_in(example, user) -> None:
    source = services.create_source(name="sensors", by=user("editor"))

    assert source.checks.filter(kind="dominant_value").exists()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_package:Check", "ModuleNotFoundError"),
        ("json:NoSuchName", "AttributeError"),
        ("dataops.engine.checks.duplicates:Duplicates", "two checks are called 'duplicates'"),
    ],
)
def test_a_broken_plug_in_is_listed_and_the_next_one_still_loads(
    registries, monkeypatch, value, reason
) -> None:
    monkeypatch.syspath_prepend(EXAMPLE)
    both = {"dataops.checks": {"broken": value, "dominant_value": "dominant_value:DominantValue"}}

    broken, works = plugins.load(found=entry_points_of(both))

    assert reason in broken.fault
    assert works.fault == ""
    assert "dominant_value" in CHECKS


def test_the_guide_shows_the_example_as_it_is() -> None:
    guide = (HOW_TO / "plugins.md").read_text()

    for name in ("pyproject.toml", "dominant_value.py"):
        assert (EXAMPLE / name).read_text().strip() in guide


class Weights:
    """The format of a package."""

    key, label = "weights", "Weights"


@pytest.mark.parametrize("group", ["dataops.formats", "dataops.artifacts"])
def test_a_format_of_models_is_found_under_either_group(registries, tmp_path, monkeypatch, group) -> None:
    found = entry_points_of({group: {"weights": f"{__name__}:Weights"}})
    assert [plugin.fault for plugin in plugins.load(found=found)] == [""]
    assert isinstance(FORMATS["weights"], Weights)

    # The process that tries an artifact looks for itself.
    monkeypatch.delitem(FORMATS._by_key, "weights")
    monkeypatch.setattr(trial, "entry_points", found)
    (tmp_path / "request.json").write_text('{"format": "no such format", "artifact": ""}')
    with pytest.raises(LookupError, match="known: onnx, skops, weights"):
        trial.main(tmp_path)
