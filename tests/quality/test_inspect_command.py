"""``manage.py inspect``: a gate for pipelines, by its exit code, its text and its files."""

import json
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from tests.quality.conftest import csv_bytes
from tests.quality.test_contracts import CONTRACT

pytestmark = pytest.mark.django_db


def damaged(i: int, fields: list[str]) -> list[str]:
    return [fields[0], "" if i % 10 == 0 else fields[1], *fields[2:]]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_bytes())
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "damaged.csv"
    path.write_bytes(csv_bytes(edit=damaged))
    return path


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "orders.yaml"
    path.write_text(CONTRACT)
    return path


def run(*arguments) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    out, err = StringIO(), StringIO()
    try:
        call_command("inspect", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        return stop.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


def test_a_good_file_passes(good):
    code, text, _ = run(good)

    assert code == 0
    assert "200 records = 200 loaded" in text
    assert "score: 1.000" in text


def test_one_row_is_told_as_one(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("id,name\n1,lamp\n")
    _, text, _ = run(path)

    assert "1 row × 2 columns\n1 record = 1 loaded" in text


@pytest.mark.parametrize(
    ("options", "code"),
    [((), 0), (("--fail-on", "warn"), 1), (("--fail-under", "0.999"), 1), (("--fail-under", "0.5"), 0)],
)
def test_what_stops_a_pipeline_is_chosen(bad, options, code):
    assert run(bad, *options)[0] == code


def test_what_only_informs_stops_no_pipeline(tmp_path):
    path = tmp_path / "namibia.csv"
    path.write_bytes(
        csv_bytes(edit=lambda i, fields: [fields[0], "NA" if i == 7 else fields[1], *fields[2:]])
    )
    code, out, _ = run(path, "--fail-on", "warn")

    assert code == 0
    assert "'NA'" in out


def test_the_text_says_what_is_wrong_and_what_it_costs(bad):
    text = run(bad)[1]

    assert " warn  name: missing values: 20 of 200 (10 %) values are missing  (-0.0" in text
    assert "completeness" in text.split("score:")[1]


def test_a_contract_is_what_is_checked(bad, good, contract):
    code, text, _ = run(bad, "--contract", contract)
    assert code == 1
    assert " FAIL  name: missing values" in text

    assert run(good, "--contract", contract)[0] == 0


def test_what_a_contract_says_in_vain_is_told(good, contract):
    contract.write_text(CONTRACT.replace("mustBeLessOrEqualTo: 10", "mustBeGreaterThan: 10"))

    code, _, errors = run(good, "--contract", contract)

    assert code == 0
    assert "orders.price.quality[0]" in errors
    assert "only an upper limit makes sense" in errors


def test_a_source_brings_its_rules_and_its_baseline(bad, uploaded):
    uploaded(csv_bytes())

    code, text, _ = run(bad, "--source", "orders", "--json")

    results = {(r["check"], r["column"]): r for r in json.loads(text)["results"]}
    assert code == 0
    assert results["schema_drift", ""]["outcome"] == "pass"


@pytest.mark.parametrize("what", ["file", "source", "contract", "broken"])
def test_bad_input_is_exit_2_and_says_what(good, tmp_path, what):
    nowhere, broken = tmp_path / "nowhere", tmp_path / "broken.yaml"
    broken.write_text("a: [")
    arguments = {
        "file": (nowhere,),
        "source": (good, "--source", "nobody"),
        "contract": (good, "--contract", nowhere),
        "broken": (good, "--contract", broken),
    }[what]

    code, _, errors = run(*arguments)

    assert code == 2
    assert any(word in errors for word in ("nowhere", "nobody", "line 1"))


def test_an_error_of_ours_is_exit_3(good, monkeypatch):
    monkeypatch.setattr("quality.management.commands.inspect.inspect", lambda *a, **k: 1 / 0)

    assert run(good)[0] == 3


def test_junit_shows_every_result_as_a_case(bad, contract, tmp_path):
    target = tmp_path / "report.xml"
    run(bad, "--contract", contract, "--junit", target)

    suite = ElementTree.parse(target).getroot()
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failed == ["name"]
    assert suite.get("failures") == "1"
