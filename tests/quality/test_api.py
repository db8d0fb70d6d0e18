"""The quality room through its API."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dataops.web.models import IdempotencyRecord
from quality.models import CheckRun, DataSource
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db

UPLOAD = "/api/v1/data-quality/upload"


def file(content: bytes, name: str = "orders.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


def test_an_upload_is_accepted_and_can_be_followed_to_its_score(api, drain):
    client = api("editor")
    answer = client.post(UPLOAD, {"file": file(csv_bytes()), "source": "orders"})

    assert answer.status_code == 202
    body = answer.json()
    assert body["source"]["name"] == "orders"
    assert answer["Location"] == body["check"]["url"]
    assert client.get(body["check"]["url"]).json()["status"] == "queued"

    drain()
    run = client.get(body["check"]["url"]).json()
    assert run["status"] == "succeeded"
    assert run["progress"] == 1.0
    assert run["accounting"]["loaded"] == run["rows"] == 200
    assert sum(r["points_lost"] for r in run["results"]) == pytest.approx(1 - run["score"], abs=1e-9)


def test_the_profile_of_a_run_has_the_documented_shape(api, drain):
    client = api("editor")
    url = client.post(UPLOAD, {"file": file(csv_bytes())}).json()["check"]["url"]
    drain()
    answer = client.get(f"{url}/profile")
    profile = answer.json()
    known = {"HTTP_IF_NONE_MATCH": answer["ETag"]}
    assert client.get(f"{url}/profile", **known).status_code == 304
    assert client.get(f"{url}/profile", {"unmask": "true"}, **known).status_code != 304

    price = next(column for column in profile["columns"] if column["name"] == "price")
    assert client.get(f"{url}/profile", {"column": ["price"]}).json() == profile | {"columns": [price]}
    unknown = client.get(f"{url}/profile", {"column": ["price", "prize"]})
    assert (unknown.status_code, "'prize'" in unknown.json()["detail"]) == (422, True)
    assert profile["rows"] == 200
    assert (price["type"], price["missing"], price["min"], price["max"]) == ("float", 0, 10.5, 49.5)
    assert {
        "nan",
        "infinite",
        "distinct",
        "mean",
        "std",
        "quantiles",
        "outliers",
        "top",
        "histogram",
        "exact",
    } <= set(price)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.csv", "empty_file"),
        (b"id,name,price\n", "header.csv", "no_rows"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "picture.csv", "unknown_format"),
        (b"PK\x03\x04" + b"\x00" * 100, "book.csv", "broken_data"),
        (b"<!doctype html><html><body>hello</body></html>", "page.csv", "unknown_format"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door_naming_the_field(api, content, name, code):
    answer = api("editor").post(UPLOAD, {"file": file(content, name), "source": "orders"})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert (error["loc"], error["code"]) == (["body", "file"], code)
    assert not DataSource.objects.exists()


def test_an_upload_without_a_file_names_the_field(api):
    answer = api("editor").post(UPLOAD, {"source": "orders"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "file"]


def test_json_where_a_file_is_expected_is_an_unsupported_media_type(api):
    assert api("editor").post(UPLOAD, {"file": "x"}, format="json").status_code == 415


def test_a_file_over_the_limit_is_cut_off_with_413(api, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    answer = api("editor").post(UPLOAD, {"file": file(csv_bytes(rows=2000))})

    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


def test_the_same_idempotency_key_uploads_once(api):
    client = api("editor")
    key = {"HTTP_IDEMPOTENCY_KEY": "nightly-7"}
    first = client.post(UPLOAD, {"file": file(csv_bytes()), "source": "a"}, **key)
    second = client.post(UPLOAD, {"file": file(csv_bytes()), "source": "a"}, **key)
    other = client.post(UPLOAD, {"file": file(csv_bytes(rows=3)), "source": "a"}, **key)

    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert other.status_code == 422
    assert CheckRun.objects.count() == 1


def test_a_key_whose_first_request_was_killed_is_free_after_a_minute(api):
    client = api("editor")
    key = {"HTTP_IDEMPOTENCY_KEY": "nightly-8"}
    first = client.post(UPLOAD, {"file": file(csv_bytes()), "source": "a"}, **key)
    IdempotencyRecord.objects.update(status=None, body=None)
    soon = client.post(UPLOAD, {"file": file(csv_bytes()), "source": "a"}, **key)
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        later = client.post(UPLOAD, {"file": file(csv_bytes()), "source": "a"}, **key)

    assert (soon.status_code, later.status_code) == (409, 202)
    assert later.json()["check"] == first.json()["check"]
    assert CheckRun.objects.count() == 1


def test_a_viewer_may_look_but_not_upload(api):
    client = api("viewer")

    assert client.get("/api/v1/data-quality/sources").status_code == 200
    assert client.post(UPLOAD, {"file": file(csv_bytes())}).status_code == 403


def test_a_read_token_may_not_write_even_for_an_editor(api):
    answer = api("editor", scope="read").post(UPLOAD, {"file": file(csv_bytes())})

    assert answer.status_code == 403
    assert "this needs ingest" in answer.json()["detail"]


def test_without_a_token_the_api_says_how_to_get_in(client):
    answer = client.get("/api/v1/data-quality/sources")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


def test_sources_are_made_changed_and_deleted(api):
    client = api("admin")
    made = client.post("/api/v1/data-quality/sources", {"name": "orders", "alert_below": 0.9}, format="json")
    url = f"/api/v1/data-quality/sources/{made.json()['id']}"

    assert made.status_code == 201
    assert client.patch(url, {"tags": ["daily"]}, format="json").json()["tags"] == ["daily"]
    assert len(client.get(f"{url}/rules").json()["results"]) == 10
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alert_below": 1.5}, "alert_below"),
        ({"alert_below": "high"}, "alert_below"),
        ({"critical_below": 0.95}, "critical_below"),
        ({"name": ""}, "name"),
        ({"tags": "daily"}, "tags"),
    ],
)
def test_a_wrong_setting_names_its_field(api, change, field):
    client = api("admin")
    source = client.post("/api/v1/data-quality/sources", {"name": "orders"}, format="json").json()
    answer = client.patch(f"/api/v1/data-quality/sources/{source['id']}", change, format="json")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"][:2] == ["body", field]


def test_a_name_that_is_taken_is_refused(api):
    client = api("editor")
    client.post("/api/v1/data-quality/sources", {"name": "orders"}, format="json")

    assert client.post("/api/v1/data-quality/sources", {"name": "orders"}, format="json").status_code == 422


def test_checking_a_source_without_data_is_a_conflict_that_says_so(api):
    client = api("editor")
    source = client.post("/api/v1/data-quality/sources", {"name": "orders"}, format="json").json()
    answer = client.post(f"/api/v1/data-quality/sources/{source['id']}/check")

    assert answer.status_code == 409
    assert "upload" in answer.json()["detail"]


def test_malformed_json_is_a_400_problem(api):
    answer = api("editor").post("/api/v1/data-quality/sources", b"{", content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_every_path_takes_a_trailing_slash(api):
    assert api("viewer").get("/api/v1/data-quality/summary/").status_code == 200


def test_a_rule_for_one_column_is_added_and_used(api, drain):
    client = api("editor")
    upload = client.post(UPLOAD, {"file": file(csv_bytes())}).json()
    rules = f"/api/v1/data-quality/sources/{upload['source']['id']}/rules"
    drain()
    made = client.post(rules, {"check": "row_count", "column": ""}, format="json")
    assert made.status_code == 422  # there is one like it for the table already

    made = client.post(rules, {"check": "missing_values", "column": "ghost", "fail": 0.1}, format="json")
    assert made.status_code == 201
    again = client.post(f"/api/v1/data-quality/sources/{upload['source']['id']}/check").json()
    drain()
    results = client.get(again["url"]).json()["results"]
    assert next(r for r in results if r["column"] == "ghost")["outcome"] == "error"
    alert = client.get("/api/v1/alerts?kind=quality.unmeasured").json()["results"][0]
    assert (alert["status"], "ghost" in alert["message"]) == ("open", True)


@pytest.mark.parametrize(
    ("body", "place"), [({"check": "magic"}, "check"), ({"check": "outliers", "column": 7 * ["x"]}, "column")]
)
def test_a_rule_that_cannot_be_is_refused(api, body, place):
    client = api("editor")
    source = client.post("/api/v1/data-quality/sources", {"name": "orders"}, format="json").json()
    answer = client.post(f"/api/v1/data-quality/sources/{source['id']}/rules", body, format="json")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", place]


def test_the_summary_counts_and_averages(api, uploaded):
    uploaded()
    body = api("viewer").get("/api/v1/data-quality/summary").json()

    assert (body["sources"], body["runs"], body["by_status"]["healthy"]) == (1, 1, 1)
    assert body["average_score"] > 0.99


def test_the_key_works_with_and_without_a_slash_and_is_free_again_after_an_error(api):
    client = api("editor")
    path, key = "/api/v1/data-quality/sources", {"HTTP_IDEMPOTENCY_KEY": "k"}

    assert client.post(path, {"name": ""}, format="json", **key).status_code == 422
    first = client.post(path, {"name": "orders"}, format="json", **key)
    again = client.post(f"{path}/", {"name": "orders"}, format="json", **key)
    assert (first.status_code, again.json()) == (201, first.json())


def test_cancelling_what_is_over_is_a_conflict(api, uploaded):
    run = uploaded()

    assert api("editor").post(f"/api/v1/data-quality/checks/{run.pk}/cancel").status_code == 409


@pytest.mark.parametrize(
    ("name", "source"), [(".csv", ".csv"), ("a" * 200 + ".csv", "a" * 120), ("day.csv.gz", "day")]
)
def test_a_source_without_a_name_is_called_after_its_file(api, name, source):
    answer = api("editor").post(UPLOAD, {"file": file(csv_bytes(), name)})

    assert answer.json()["source"]["name"] == source
