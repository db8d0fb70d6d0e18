"""Requests nobody should send, and the clear answer they get."""

import pytest

pytestmark = pytest.mark.django_db


def test_json_nested_too_deeply_is_a_400(api):
    body = b"[" * 100_000 + b"]" * 100_000
    answer = api("editor").post("/api/v1/data-quality/sources", body, content_type="application/json")

    assert answer.status_code == 400
    assert "deeply" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/quality/?q=a%00b", "/api/v1/data-quality/sources?name=%00", "/quality/%00/"]
)
def test_a_nul_in_the_address_is_a_400(client_as, path):
    assert client_as("viewer").get(path).status_code == 400


def test_an_unknown_api_path_is_a_problem(api):
    answer = api("viewer").get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_an_unknown_page_is_a_page_with_the_way_back(client_as):
    answer = client_as("viewer").get("/nothing/")

    assert answer.status_code == 404
    assert "404.html" in [template.name for template in answer.templates]


@pytest.mark.parametrize("pk", [0, 10**6, 2**63, 10**30])
def test_an_id_that_is_not_there_is_a_404_however_large(api, client_as, pk):
    assert api("viewer").get(f"/api/v1/data-quality/checks/{pk}").status_code == 404
    assert api("viewer").get(f"/api/v1/data-quality/checks/{pk}/profile").status_code == 404
    assert client_as("viewer").get(f"/quality/sources/{pk}/rules/").status_code == 404


def test_a_listed_origin_passes_its_preflight_and_another_does_not(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://portal.example.com"]

    def preflight(origin: str):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return client.options("/api/v1/data-quality/sources", headers=headers)

    allowed = preflight("https://portal.example.com")
    assert allowed.status_code == 204
    assert allowed["Access-Control-Allow-Origin"] == "https://portal.example.com"
    assert "Authorization" in allowed["Access-Control-Allow-Headers"]
    refused = preflight("https://evil.example.com")
    assert "Access-Control-Allow-Origin" not in refused
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("form", "page"),
    [("/alerts/7/acknowledge/", "/alerts/7/"), ("/quality/sources/3/run/", "/quality/sources/3/")],
)
def test_the_address_of_a_form_leads_to_its_page(client_as, form, page):
    assert client_as("operator").get(form).url == page


def test_a_body_over_the_limit_is_told_the_limit_in_plain_words(api, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    answer = api("editor").post("/api/v1/data-quality/sources", {"name": "x" * 2 * 1024**2}, format="json")

    assert answer.status_code == 413
    assert "1 MiB" in answer.json()["detail"]
    assert "DATA_UPLOAD" not in answer.json()["detail"]
