"""Every page opens for everybody who may see it, breaks for nobody, and stays within the policy."""

import re

import pytest
from django.test import Client

from dataops.web.accounts import ROLES
from tests.house.sitemap import API, Place, pages, places

PROBES = {"healthz", "readyz", "metrics"}
OPEN_TO_ALL = {
    *PROBES,
    "login",
    "settings:open_password_link",
    "settings:set_password",
    "alerts:acknowledge_link",
    "alerts:unsubscribe",
    "alerts:alert_feed",
}
# Readiness is a fact about the machine, and there are no workers in a test; a link needs its token.
ANSWERS = {
    "readyz": {200, 503},
    "alerts:acknowledge_link": {400},
    "alerts:unsubscribe": {400},
    "alerts:alert_feed": {404},
} | {
    # Which result is asked for in the query.
    "quality-api:check-failing-rows-csv": {422},
    # Of its sender, and of who may see rows unmasked.
    "quality:upload_look": {200, 404},
    # Each test has a file storage of its own.
    "quality-api:held-upload": {200, 410},
}
BY_NAME = {"argvalues": pages(), "ids": lambda place: place.name}

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style|<[^>]+\sstyle\s*=", re.IGNORECASE)


@pytest.fixture
def visit(sample, client_as):
    """``visit(role, place)``: what a signed-in person of this role is answered."""

    def go(role: str, place: Place, **headers: str):
        client = client_as(role)
        client.raise_request_exception = False
        return client.get(place.path(sample), headers=headers)

    return go


@pytest.mark.parametrize("place", **BY_NAME)
def test_page_opens_for_an_admin(visit, place: Place) -> None:
    response = visit("admin", place)

    # 405: an action, which only takes POST.
    assert response.status_code in ANSWERS.get(place.name, {200, 302, 405}), response.content[:2000]
    # What django-filter writes above a field without a label.
    assert response.streaming or b"[invalid name]" not in response.content


@pytest.mark.parametrize("place", **BY_NAME)
def test_page_breaks_for_no_role(visit, place: Place) -> None:
    statuses = {role: visit(role, place).status_code for role in ROLES}

    assert set(statuses.values()) <= ANSWERS.get(place.name, set()) | {200, 302, 403, 405}, statuses


@pytest.mark.parametrize("place", **BY_NAME)
def test_page_answers_a_fragment_request(visit, place: Place) -> None:
    response = visit("admin", place, **{"HX-Request": "true", "HX-Target": "x"})

    assert response.status_code in ANSWERS.get(place.name, {200, 204, 302, 304, 405})


@pytest.mark.parametrize(
    "place", [page for page in pages() if page.name not in OPEN_TO_ALL], ids=lambda p: p.name
)
def test_page_sends_strangers_to_the_sign_in(sample, client, place: Place) -> None:
    response = client.get(place.path(sample))

    assert response.status_code in (302, 405)
    if response.status_code == 302:
        assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("place", **BY_NAME)
def test_page_keeps_to_the_content_security_policy(visit, place: Place) -> None:
    response = visit("admin", place)

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    if response.headers.get("Content-Type", "").startswith("text/html"):
        page = response.content.decode()
        assert INLINE_SCRIPT.search(page) is None
        assert INLINE_STYLE.search(page) is None


WITH_NUMBERS = [place for place in places() if "<int:" in place.route]


@pytest.mark.parametrize("place", WITH_NUMBERS, ids=lambda place: place.name)
@pytest.mark.parametrize("number", [2**31 - 1, 2**63, 10**30])
def test_a_number_that_leads_nowhere_is_not_found(sample, client_as, place: Place, number: int) -> None:
    """Larger numbers than the database has once were errors of ours."""
    client: Client = client_as("admin")
    client.raise_request_exception = False
    nowhere = {key: number for key in sample if key != "name"} | {
        key: sample[key] for key in ("name", "password/uidb64", "token", "new/kind", "new/origin")
    }

    assert client.get(place.path(nowhere), follow=True).status_code in (404, 405)


@pytest.mark.parametrize(
    "place", [p for p in places() if p.route.startswith(API)], ids=lambda place: place.name
)
def test_api_path_answers_with_and_without_a_slash(sample, api, place: Place) -> None:
    client = api("admin")
    client.raise_request_exception = False
    path = place.path(sample)

    with_slash, without = client.get(f"{path}/"), client.get(path)

    # 405: it only takes POST.
    assert without.status_code in ANSWERS.get(place.name, {200, 405}), without.content[:2000]
    assert with_slash.status_code == without.status_code
