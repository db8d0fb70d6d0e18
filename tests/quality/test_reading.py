"""How a file is read: previewed, corrected, remembered; what could not be read is taken along."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from quality import services
from quality.models import CheckRun, DataSource

pytestmark = pytest.mark.django_db

GERMAN = (
    "nr;betrag;tag\n" + "".join(f"{i};{i},50;0{i % 9 + 1}.0{i % 3 + 1}.2026\n" for i in range(1, 40))
).encode()
PREVIEW = "/api/v1/data-quality/preview"


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("t.csv", content)


def test_a_preview_tells_what_is_detected_and_keeps_nothing(api):
    found = api("editor").post(PREVIEW, {"file": file(GERMAN)}).json()

    assert (found["format"], found["dialect"]["delimiter"], found["dialect"]["decimal"]) == ("csv", ";", ",")
    assert found["columns"] == ["nr", "betrag", "tag"]
    assert found["rows"][0] == ["1", "1.50", "02.02.2026"]
    assert found["lines"][:2] == [2, 3]
    assert any("'tag' can be read day first or month first" in note for note in found["notes"])
    assert not DataSource.objects.exists()


def test_a_preview_follows_a_dialect_and_refuses_one_that_cannot_be(api):
    client = api("editor")
    dialect = json.dumps({"date_order": "dmy"})
    assert (
        client.post(PREVIEW, {"file": file(GERMAN), "dialect": dialect}).json()["rows"][0][2] == "2026-02-02"
    )

    answer = client.post(PREVIEW, {"file": file(GERMAN), "dialect": json.dumps({"quote": "x"})})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "dialect"]
    assert api("viewer").post(PREVIEW, {"file": file(GERMAN)}).status_code == 403


def test_read_again_makes_a_new_run_and_the_source_remembers(api, uploaded, drain):
    run = uploaded(GERMAN)
    assert run.stored_profile
    client = api("editor")
    body = {"dialect": {"date_order": "dmy", "skip_records": 0}, "remember": True}
    answer = client.post(f"/api/v1/data-quality/checks/{run.pk}/read-again", body, format="json")
    drain()

    again = CheckRun.objects.get(pk=answer.json()["id"])
    profile = client.get(f"/api/v1/data-quality/checks/{again.pk}/profile").json()
    assert {c["name"]: c["type"] for c in profile["columns"]} == {
        "nr": "integer",
        "betrag": "float",
        "tag": "date",
    }
    assert DataSource.objects.get().dialect == {"date_order": "dmy"}

    assert again.baseline is None

    later = uploaded(GERMAN.replace(b"1,50", b"2,50"))
    assert later.snapshot.dialect["date_order"] == "dmy"


def test_the_page_shows_the_reading_previews_a_correction_and_reads_again(client_as, uploaded, drain):
    run = uploaded(GERMAN)
    client = client_as("editor")
    url = reverse("quality:run_reading", args=[run.pk])

    page = client.get(url)
    assert page.context["found"].names == ("nr", "betrag", "tag")
    preview = client.get(url, {"delimiter": ",", "header": "no"})
    assert preview.context["found"].names == ("column_1", "column_2")
    assert client.post(url, {"delimiter": "toolong"}).status_code == 422
    answer = client.post(url, {"delimiter": ";", "date_order": "dmy", "remember": "on"})
    assert answer.url == CheckRun.objects.newest_first().first().get_absolute_url()
    assert DataSource.objects.get().dialect == {"delimiter": ";", "date_order": "dmy"}
    assert client_as("viewer").get(url).status_code == 403


def test_the_source_keeps_a_dialect_over_the_api(api, uploaded):
    source = uploaded(GERMAN).source
    client = api("editor")
    url = f"/api/v1/data-quality/sources/{source.pk}"

    assert client.patch(url, {"dialect": {"decimal": ","}}, format="json").json()["dialect"] == {
        "decimal": ","
    }
    assert client.patch(url, {"dialect": {"decimal": "x"}}, format="json").status_code == 422
    assert client.patch(url, {"dialect": None}, format="json").json()["dialect"] is None


def test_the_command_reads_a_file_as_its_source_remembers(uploaded, tmp_path):
    source = uploaded(GERMAN).source
    services.update_source(source, by=None, dialect={"date_order": "dmy"})
    path, printed = tmp_path / "t.csv", io.StringIO()
    path.write_bytes(GERMAN)
    call_command("inspect", str(path), source=source.name, json=True, fail_on="fail", stdout=printed)

    assert json.loads(printed.getvalue())["dialect"]["date_order"] == "dmy"


def test_a_file_written_in_another_way_is_schema_drift(uploaded):
    plain = "id,name\n" + "".join(f"{i},name {i}\n" for i in range(50))
    uploaded(plain.encode())
    run = uploaded(plain.replace(",", ";").replace("name 7\n", "José\n").encode("cp1252"))

    assert [(c["kind"], c["from"], c["to"]) for c in run.schema_changes] == [
        ("dialect", "encoding 'utf-8'", "encoding 'cp1252'"),
        ("dialect", "delimiter ','", "delimiter ';'"),
    ]
    result = run.results.get(check_key="schema_drift")
    assert result.outcome == "warn"
    assert "delimiter" in result.message


def test_rejects_are_downloaded_masked_and_safe_for_spreadsheets(api, client_as, uploaded):
    run = uploaded(b"a,b\n1,2\n=ann@example.org,1,2\n3,4\n")
    [reject] = api("viewer").get(f"/api/v1/data-quality/checks/{run.pk}/rejects").json()
    assert (reject["line"], reject["offset"], reject["reason"]) == (3, 8, "3 fields, 2 expected")
    assert "ann@example.org" not in reject["text"]

    for answer in (
        client_as("viewer").get(reverse("quality:run_rejects", args=[run.pk])),
        api("viewer").get(f"/api/v1/data-quality/checks/{run.pk}/rejects.csv"),
    ):
        header, row = csv.reader(io.StringIO(answer.getvalue().decode()))
        assert header == ["line", "offset", "reason", "text"]
        assert row[:2] == ["3", "8"]
        assert row[3].startswith("'=")


def test_a_word_that_may_mean_missing_is_offered_and_taken_with_one_button(client_as, uploaded, drain):
    content = b"id,plane\n" + b"".join(
        b"%d,%s\n" % (i, b"NA" if i % 4 == 0 else b"N%d" % i) for i in range(80)
    )
    run = uploaded(content)
    client = client_as("editor")

    assert client.get(run.get_absolute_url()).context["tokens"] == [("NA", 20)]
    answer = client.post(reverse("quality:source_missing", args=[run.source_id]), {"token": "NA"})
    drain()
    again = CheckRun.objects.newest_first().first()
    assert (answer.url, DataSource.objects.get().missing_tokens) == (again.get_absolute_url(), ["NA"])
    assert client.get(answer.url).context["tokens"] == []
    assert again.results.get(check_key="missing_values", column="plane").failed == 20


def test_a_number_that_may_mean_missing_is_offered_for_its_column_alone(client_as, uploaded, drain):
    run = uploaded(b"id,age\n" + b"".join(b"%d,%d\n" % (i, -1 if i % 9 == 0 else i % 80) for i in range(200)))
    services.update_source(run.source, by=None, missing_tokens=["NA"])
    client = client_as("editor")

    page = client.get(run.get_absolute_url())
    assert page.context["missing_numbers"] == [("age", "-1", 23)]
    assert "Treat -1 in age as missing (23 cells)" in page.content.decode()
    client.post(reverse("quality:source_missing", args=[run.source_id]), {"token": "-1", "column": "age"})
    drain()
    again = CheckRun.objects.newest_first().first()

    assert DataSource.objects.get().column_missing == {"age": {"tokens": ["NA", "-1"]}}
    assert again.results.get(check_key="missing_values", column="age").failed == 23
    assert client.get(again.get_absolute_url()).context["missing_numbers"] == []


def test_numbers_a_file_stores_as_numbers_are_not_offered_as_words(client_as, uploaded):
    table = pa.table({"age": [-1 if i % 9 == 0 else i % 80 for i in range(200)]})
    content = io.BytesIO()
    pq.write_table(table, content)
    run = uploaded(content.getvalue())

    assert client_as("editor").get(run.get_absolute_url()).context["missing_numbers"] == []
