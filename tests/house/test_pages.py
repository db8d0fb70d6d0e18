"""Every page opens for everybody who may see it, breaks for nobody, and stays within the policy."""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dataops.web import tokens
from dataops.web.accounts import ROLES
from dataops.web.models import TokenScope
from tests.conftest import person, signed_in
from tests.house.access import ACCESS
from tests.house.sitemap import API, Place, pages, places
from tests.house.walk import NOBODY, Callers, access

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
    # Of a second factor, and of an account elsewhere, that nobody has here.
    "mfa_deactivate_totp": {404},
    "mfa_view_recovery_codes": {404},
    "mfa_remove_webauthn": {404},
    "mfa_edit_webauthn": {404},
    "openid_connect_login": {404},
    "openid_connect_callback": {404},
    # Each test has a file storage of its own.
    "quality-api:held-upload": {200, 410},
}
BY_NAME = {"argvalues": pages(), "ids": lambda place: place.name}

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
# When somebody was last seen, and that they have read what their inbox told them.
KEPT_ABOUT_CALLERS = {"django_session", "usersessions_usersession", "web_apitoken", "alerts_notice"}

ASSET = re.compile(r'(?:src|href)="/static/([^"#]+)')
# Of what a browser has to fetch for the first page.
MOST_BYTES, MOST_ASSETS = 60_000, 24
MOST_WITH_CHARTS, MOST_WITHOUT = 200_000, 75_000
MOST_QUERIES = 15
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style|<[^>]+\sstyle\s*=", re.IGNORECASE)


@pytest.fixture(scope="module")
def people(sample) -> Callers:
    """A session of each role, the least first; and nobody's."""
    cookies = {role: signed_in(role).cookies[settings.SESSION_COOKIE_NAME] for role in ROLES}
    return {NOBODY: {}} | {role: {"Cookie": cookie.OutputString([])} for role, cookie in cookies.items()}


@pytest.fixture(scope="module")
def token_callers(sample) -> Callers:
    """A token of each scope, all of one administrator."""
    admin = person("admin")
    texts = {scope: tokens.issue(user=admin, name=scope, scope=scope)[1] for scope in TokenScope.values}
    return {scope: {"Authorization": f"Token {text}"} for scope, text in texts.items()}


@pytest.fixture
def visit(sample, client_as):
    """``visit(role, place)``: what a signed-in person of this role is answered; ``changed`` are the tables
    that were written to, ``queries`` how many were asked."""

    def go(role: str, place: Place, **headers: str):
        client = client_as(role)
        client.raise_request_exception = False
        with CaptureQueriesContext(connection) as asked:
            response = client.get(place.path(sample), headers=headers)
        response.changed, response.queries = changed_by(asked), len(asked)
        return response

    return go


@pytest.mark.parametrize("place", places(), ids=lambda place: place.name)
def test_each_role_token_and_method_is_let_in_as_listed(
    db, sample, people, token_callers, place: Place
) -> None:
    assert access(place.path(sample), people, token_callers) == ACCESS.get(place.name, "not listed")


# Of its signed link, which mail programs post to by themselves (RFC 8058).
NO_TOKEN_NEEDED = ("alerts:unsubscribe",)
FORMS = [page for page in pages() if "POST" in ACCESS.get(page.name, "") and page.name not in NO_TOKEN_NEEDED]


@pytest.mark.parametrize("place", FORMS, ids=lambda place: place.name)
def test_a_form_sent_without_its_token_is_refused(db, sample, people, place: Place) -> None:
    browser = Client(enforce_csrf_checks=True, headers=people["admin"])

    assert browser.post(place.path(sample)).status_code == 403


def test_the_list_names_nothing_that_is_gone() -> None:
    assert set(ACCESS) == {place.name for place in places()}


@pytest.mark.parametrize("place", **BY_NAME)
def test_page_opens_for_an_admin_within_the_policy_and_changes_nothing(visit, place: Place) -> None:
    response = visit("admin", place)

    # 405: an action, which only takes POST.
    assert response.status_code in ANSWERS.get(place.name, {200, 302, 405}), response.content[:2000]
    assert response.changed == set()
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    if response.headers.get("Content-Type", "").startswith("text/html"):
        page = response.content.decode()
        assert INLINE_SCRIPT.search(page) is None
        assert INLINE_STYLE.search(page) is None
        assert weight_is_kept(place, page)
        assert response.queries <= MOST_QUERIES
        # What django-filter writes above a field without a label.
        assert "[invalid name]" not in page


@pytest.mark.parametrize("place", **BY_NAME)
def test_page_answers_a_fragment_request(visit, place: Place) -> None:
    response = visit("admin", place, **{"HX-Request": "true", "HX-Target": "x"})

    assert response.status_code in ANSWERS.get(place.name, {200, 204, 302, 304, 405})


def weight_is_kept(place: Place, page: str) -> bool:
    """Whether what a browser fetches for its first page is little enough, compressed."""
    assets = set(ASSET.findall(page))
    draws = any("chart" in asset for asset in assets)
    # The API documentation is drawn by Swagger UI, which weighs what it weighs.
    carried = 0 if place.name == "docs" else sum(map(compressed, assets))
    fits = carried <= (MOST_WITH_CHARTS if draws else MOST_WITHOUT)
    return fits and len(assets) <= MOST_ASSETS and len(gzip.compress(page.encode())) <= MOST_BYTES


def changed_by(asked: CaptureQueriesContext) -> set[str]:
    """Tables that were written to, but for those about the caller."""
    return {name for query in asked for name in WRITES.findall(query["sql"])} - KEPT_ABOUT_CALLERS


@cache
def compressed(asset: str) -> int:
    """Bytes of a static file as they are sent."""
    return len(gzip.compress(Path(finders.find(asset)).read_bytes()))


NOWHERE = (2**31 - 1, 2**63, 10**30)
WITH_NUMBERS = [place for place in places() if "<int:" in place.route]


@pytest.mark.parametrize("place", WITH_NUMBERS, ids=lambda place: place.name)
def test_a_number_that_leads_nowhere_is_not_found(sample, client_as, place: Place) -> None:
    """Larger numbers than the database has once were errors of ours."""
    client: Client = client_as("admin")
    client.raise_request_exception = False
    kept = {key: sample[key] for key in ("name", "password/uidb64", "token", "new/kind", "new/origin")}
    answers = {
        number: client.get(place.path(dict.fromkeys(sample, number) | kept), follow=True).status_code
        for number in NOWHERE
    }

    assert {number: status for number, status in answers.items() if status not in (404, 405)} == {}


@pytest.mark.parametrize(
    "place", [p for p in places() if p.route.startswith(API)], ids=lambda place: place.name
)
def test_api_path_answers_with_and_without_a_slash_and_changes_nothing(sample, api, place: Place) -> None:
    client = api("admin", scope="admin")
    client.raise_request_exception = False
    path = place.path(sample)

    with CaptureQueriesContext(connection) as asked:
        with_slash, without = client.get(f"{path}/"), client.get(path)

    # 405: it only takes POST.
    assert without.status_code in ANSWERS.get(place.name, {200, 405}), without.content[:2000]
    assert with_slash.status_code == without.status_code
    assert changed_by(asked) == set()
