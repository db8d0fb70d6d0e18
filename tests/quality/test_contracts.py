"""Contracts behind their doors: previewed, applied, kept by version, handed out again."""

import json

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from dataops.web.models import AuditEvent
from quality import services
from quality.models import ContractVersion, DataSource
from tests.quality.conftest import csv_bytes

URL = "/api/v1/data-quality"
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders-contract
version: 2.0.0
status: active
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, required: true}
      - name: name
        logicalType: string
        quality:
          - metric: nullValues
            unit: percent
            mustBeLessOrEqualTo: 2
            name: Names are known
            severity: error
          - {type: text, description: Somebody reads it.}
      - name: price
        logicalType: number
        quality:
          - {metric: nullValues, unit: percent, mustBeLessOrEqualTo: 10}
    quality:
      - {metric: rowCount, mustBeGreaterOrEqualTo: 150}
"""


@pytest.fixture
def source(uploaded) -> DataSource:
    return uploaded(csv_bytes(200)).source


def send(client, source, text=CONTRACT, query="", content_type="application/yaml"):
    return client.generic(
        "POST", f"{URL}/sources/{source.pk}/contract{query}", text.encode(), content_type=content_type
    )


def test_a_dry_run_reports_and_changes_nothing(api, source):
    before = list(source.checks.values())

    report = send(api(), source, query="?dry_run=1").json()

    assert report["number"] is None
    assert any("name: missing values" in words for words in report["changes"]["added"])
    kept = [line for line in report["lines"] if line["carried"] == "kept"]
    assert [line["reason"] for line in kept] == ["text for people; nothing to run"]
    assert list(source.checks.values()) == before
    assert not ContractVersion.objects.exists()


def test_an_applied_contract_is_what_the_next_run_checks(api, source, uploaded):
    answer = send(api(), source)

    assert answer.status_code == 201
    rule = source.checks.get(kind="missing_values", column="name")
    assert (rule.fail, rule.severity, rule.from_contract) == (0.02, "critical", True)
    assert rule.note.startswith("Names are known")
    run = uploaded(csv_bytes(edit=lambda i, f: [f[0], "" if i % 10 == 0 else f[1], *f[2:]]))
    assert run.results.get(configured=rule).outcome == "fail"
    assert AuditEvent.objects.filter(action="contract.applied").count() == 1


def test_what_is_handed_out_is_the_same_contract(api, source):
    send(api(), source)

    out = api("viewer").get(f"{URL}/sources/{source.pk}/contract")

    assert out["Content-Type"].startswith("application/yaml")
    written = yaml.safe_load(out.content)
    assert (written["id"], written["version"]) == ("orders-contract", "2.0.0")
    assert "Somebody reads it." in out.content.decode()
    again = send(api(), source, out.content.decode(), "?dry_run=1").json()
    assert again["changes"] == {"added": [], "changed": [], "removed": []}


def test_rules_of_an_earlier_contract_go_and_those_of_people_stay(api, source):
    send(api(), source)
    by_hand = services.add_check(source, kind="missing_values", column="day", by=None)
    shorter = CONTRACT[: CONTRACT.index("      - name: name")]

    report = send(api(), source, shorter).json()

    assert report["number"] == 2
    assert any("name: missing values" in words for words in report["changes"]["removed"])
    assert source.checks.filter(pk=by_hand.pk).exists()
    assert not source.checks.filter(column="name").exists()


def test_rules_that_were_there_already_are_not_taken_away_by_a_later_contract(api, source):
    """An export says every rule; applying it brings none, so that a smaller one takes none."""
    before = source.checks.count()
    send(api(), source, services.export_contract(source))

    send(api(), source, CONTRACT)
    report = send(api(), source, CONTRACT[: CONTRACT.index("    properties:")]).json()

    assert report["changes"]["added"] == report["changes"]["changed"] == []
    assert source.checks.count() == before


def test_the_same_contract_again_is_no_new_version(api, source):
    assert send(api(), source).json()["number"] == 1
    assert send(api(), source).json()["number"] == 1

    versions = api("viewer").get(f"{URL}/sources/{source.pk}/contract/versions").json()["results"]
    assert [v["number"] for v in versions] == [1]
    assert versions[0]["applied_by"].startswith("editor")
    assert versions[0]["text"] == CONTRACT


def test_a_suite_of_great_expectations_is_taken_as_json(api, source):
    suite = {"expectations": [
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "name", "mostly": 0.9}},
    ]}  # fmt: skip

    report = send(api(), source, json.dumps(suite), content_type="application/json").json()

    assert (report["format"], report["rules"]) == ("great_expectations", 1)
    assert source.checks.get(column="name").fail == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("text", "status", "says"),
    [
        ("", 422, "no contract"),
        ("a: [", 422, "line 1"),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), 422, "neither"),
        ("kind: DataContract\napiVersion: v1", 422, "v3"),
        ("x" * 2_000_001, 413, "2 MB"),
    ],
    ids=["empty", "broken", "other", "old", "large"],
)
def test_what_is_no_contract_is_refused(api, source, text, status, says):
    answer = send(api(), source, text if text != "" else " ")

    assert answer.status_code == status
    assert says in answer.json()["detail"] or status == 422


def test_a_viewer_may_read_a_contract_but_not_apply_one(api, source):
    assert api("viewer").get(f"{URL}/sources/{source.pk}/contract").status_code == 200
    assert send(api("viewer"), source).status_code == 403


def test_an_upload_may_bring_its_contract(api, drain, csv_file):
    client = api()
    content = csv_bytes(edit=lambda i, f: [f[0], "" if i % 10 == 0 else f[1], *f[2:]])
    body = {"file": csv_file(content), "source": "orders", "contract": CONTRACT}

    check = client.post(f"{URL}/upload", body).json()["check"]
    drain()

    results = client.get(check["url"]).json()["results"]
    assert [r["outcome"] for r in results if r["check"] == "row_count"] == ["pass", "pass"]
    outcomes = [r["outcome"] for r in results if r["check"] == "missing_values" and r["column"] == "name"]
    assert "fail" in outcomes
    as_file = SimpleUploadedFile("contract.yaml", CONTRACT.encode())
    again = client.post(f"{URL}/upload", body | {"file": csv_file(content), "contract": as_file})
    assert again.json()["known"] is True


def test_an_upload_with_a_broken_contract_stores_nothing(api, csv_file):
    answer = api().post(f"{URL}/upload", {"file": csv_file(), "source": "orders", "contract": "a: ["})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "contract"]
    assert not DataSource.objects.exists()


def test_a_contract_is_previewed_and_applied_on_the_page(client_as, source):
    editor, url = client_as("editor"), f"{source.get_absolute_url()}contract/"

    preview = editor.post(f"{url}preview/", {"text": CONTRACT}).content.decode()
    assert "name: missing values, fails above 2 %" in preview
    assert "text for people; nothing to run" in preview
    assert not ContractVersion.objects.exists()

    editor.post(f"{url}preview/", {"text": CONTRACT, "apply": "true"})
    page = editor.get(url).content.decode()
    assert ContractVersion.objects.get().text == CONTRACT
    assert "2.0.0" in page


def test_two_versions_are_laid_beside_each_other(client_as, source):
    services.apply_contract(source, CONTRACT, by=None)
    services.apply_contract(
        source, CONTRACT.replace("mustBeLessOrEqualTo: 2", "mustBeLessOrEqualTo: 3"), by=None
    )

    page = client_as("viewer").get(f"{source.get_absolute_url()}contract/2/").content.decode()

    assert "-            mustBeLessOrEqualTo: 2" in page
    assert "+            mustBeLessOrEqualTo: 3" in page
    assert "name: missing values, fails above 2 % → fails above 3 %" in page


def test_versions_differ_in_words_by_rule_and_setting(source):
    ranged = """\
      - {name: price, logicalType: number, logicalTypeOptions: {minimum: 20}}
      - {name: id, logicalType: integer, required: true}
"""
    base = CONTRACT[: CONTRACT.index("      - {name: id")]
    narrower = ranged.replace("20", "25").replace(", required: true", "")
    before, after = (services.apply_contract(source, base + text, by=None) for text in (ranged, narrower))

    found = services.compare_contracts(before, after)

    changed = [(one.rule, one.setting, one.before, one.after) for one in found.changed]
    assert changed == [("price: values in range", "minimum", "20", "25")]
    assert found.removed == ["id: missing values, fails above 0 %"]
    assert found.added == []


def test_statements_are_shown_by_the_name_of_their_check(client_as, source):
    services.apply_contract(source, services.export_contract(source), by=None)

    page = client_as("viewer").get(f"{source.get_absolute_url()}contract/1/").content.decode()

    assert "Rejected records" in page
    assert "rejected_records" not in page


def test_a_contract_that_cannot_be_read_says_where(client_as, source):
    answer = client_as("editor").post(f"{source.get_absolute_url()}contract/preview/", {"text": "a: ["})

    assert answer.status_code == 422
    assert "line 1" in answer.content.decode()


def test_a_download_is_the_contract_as_a_file(client_as, source):
    services.apply_contract(source, CONTRACT, by=None)
    url = f"{source.get_absolute_url()}contract/download/"

    out, as_it_came = client_as("viewer").get(url), client_as("viewer").get(url, {"version": "1"})

    assert "attachment" in out["Content-Disposition"]
    assert yaml.safe_load(out.content)["kind"] == "DataContract"
    assert as_it_came.content.decode() == CONTRACT


def test_drift_from_the_contract_is_a_result_of_its_own(api, source, uploaded):
    """The column is gone and another one is text; both runs before agreed with the contract."""
    send(api(), source, CONTRACT)
    assert uploaded(csv_bytes(210)).results.get(check_key="schema").outcome == "pass"

    lines = csv_bytes(220, edit=lambda i, f: [f"x{f[0]}", *f[1:]]).decode().splitlines()
    cut = "\n".join(",".join(line.split(",")[:2]) for line in lines)
    result = uploaded(cut.encode()).results.get(check_key="schema")

    assert result.outcome == "fail"
    assert result.details["missing"] == ["price"]
    assert result.details["retyped"] == ["id"]


def test_limits_formats_and_keys_of_a_contract_are_checked(api, source, uploaded):
    properties = """\
      - {name: id, logicalType: integer, primaryKey: true}
      - {name: price, logicalType: number, logicalTypeOptions: {minimum: 20, exclusiveMaximum: 100}}
      - {name: name, logicalType: string, logicalTypeOptions: {pattern: "^item [0-9]+$", maxLength: 7}}
"""
    send(api(), source, CONTRACT[: CONTRACT.index("      - {name: id")] + properties)

    run = uploaded(csv_bytes(edit=lambda i, f: [str(max(int(f[0]), 5)), *f[1:]]))

    found = {(r.check_key, r.column): (r.outcome, r.failed) for r in run.results.all()}
    ranges = run.results.filter(check_key="value_range").values_list("outcome", "failed")
    too_low = sum(10 + i % 40 + 0.5 < 20 for i in range(200))
    assert found["unique", "id"] == ("fail", 5)
    assert sorted(ranges) == [("fail", too_low), ("pass", 0)]
    assert found["regex", "name"] == ("pass", 0)
    assert found["text_length", "name"] == ("pass", 0)
