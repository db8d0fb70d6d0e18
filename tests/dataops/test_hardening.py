"""What OWASP ASVS 5.0 (level 2) asks of every answer; the numbers are its requirements.

Who may do what (8.2) is walked in tests/house/test_pages.py; signing in, sessions and second factors
(6.x, 7.x) in test_sign_in.py; outbound calls (1.3.6, 13.2.4, 15.3.2) in test_safe_http.py; formulas in
exports (1.2.10) in test_audit.py and with the failing rows.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from django.conf import settings
from django.test import Client

from dataops.web import logs
from dataops.web.storage import clean_file_name

pytestmark = pytest.mark.django_db
PROFILE = "/settings/profile/"


@pytest.fixture
def page(client_as):
    return client_as("viewer").get(PROFILE)


def test_a_private_page_is_hardened_and_not_kept(page):
    """3.2.1, 3.4.3 to 3.4.6, 14.3.2."""
    policy = page["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy
    assert page["Cache-Control"] == "no-store"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in page["Permissions-Policy"]


def test_answers_of_the_api_are_not_kept_either(api):
    assert api("viewer").get("/api/v1/dashboard/overview")["Cache-Control"] == "no-store"


HTTPS = """
import django; django.setup()
from django.conf import settings
names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS",
         "SECURE_SSL_REDIRECT", "DEBUG"]
import json; print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_over_https_cookies_are_bound_to_the_host_and_browsers_told_to_stay(tmp_path):
    """3.3.1 to 3.3.4, 3.4.1."""
    environment = {"DATAOPS_HTTPS": "1", "DATAOPS_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    environment["DJANGO_SETTINGS_MODULE"] = "dataops.settings"
    done = subprocess.run(
        [sys.executable, "-c", HTTPS], cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True
    )

    assert json.loads(done.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_SSL_REDIRECT": True,
        "DEBUG": False,
    }


def test_the_api_is_refused_in_the_clear_and_pages_are_led_on(client, settings):
    """4.1.2."""
    settings.SECURE_SSL_REDIRECT = True
    refused = [client.get(path) for path in ("/api/v1/dashboard/overview", "/v2/health/ready")]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert "HTTPS only" in refused[0].json()["detail"]
    assert client.get("/accounts/login/").status_code == 301


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example"])
def test_a_request_for_another_host_is_refused(client, host):
    assert client.get("/accounts/login/", HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("path", ["/accounts/login/", PROFILE, "/accounts/logout/", "/admin/auth/user/add/"])
def test_a_form_without_its_token_is_refused(client_as, path):
    """3.5.1; every form is asked in tests/house/test_pages.py."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = client_as("admin").cookies

    assert browser.post(path, {"username": "x"}).status_code == 403


@pytest.mark.parametrize(
    "password",
    ["short words", "password12345", "ada.lovelace.1815"],
    ids=["short", "common", "like the name"],
)
def test_passwords_that_are_guessed_easily_are_refused(client_as, user, password):
    """6.2.1, 6.2.4; there are no rules of composition (6.2.5)."""
    browser = Client()
    browser.force_login(user("viewer", username="ada.lovelace"))
    fields = {"old_password": "correct horse battery", "new_password1": password, "new_password2": password}

    assert browser.post(f"{PROFILE}password/", fields).status_code == 422


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\data\\orders.csv", "orders.csv"),
        ("or\x00ders\n.csv", "orders.csv"),
        ("or\u202eders.csv", "orders.csv"),
    ],
)
def test_the_name_of_an_upload_is_text_and_no_path(sent, kept):
    """5.3.2, 5.4.1."""
    assert clean_file_name(sent) == kept


def test_errors_tell_strangers_nothing_of_the_inside(client):
    """16.5.1."""
    answer = client.get("/nowhere/<script>")

    assert answer.status_code == 404
    assert b"Traceback" not in answer.content
    assert b"<script>" not in answer.content


@pytest.mark.parametrize("json_lines", [True, False])
def test_logs_hold_no_secrets_and_no_personal_data(capsys, json_lines):
    """14.2.1, 16.2.5; data comes into logs by what errors quote of it."""
    logs.configure(level="INFO", json=json_lines)
    try:
        raise ValueError("cannot read ann.lee@example.com;GB82 WEST 1234 5698 7654 32")
    except ValueError:
        told = {"row": "4111 1111 1111 1111", "password": "hush", "path": f"/feed/doi_{'x' * 30}"}
        structlog.get_logger("t").exception("broken", **told)
        logging.getLogger("granian.access").warning("GET %(path)s", told)
    finally:
        logs.configure(level=settings.LOG_LEVEL, json=settings.LOG_FORMAT == "json")
    written = "".join(capsys.readouterr())

    assert "broken" in written
    assert "Traceback" in written
    assert "GET /feed/***" in written
    for secret in ("ann.lee", "1234 5698", "4111 1111", "hush", "doi_x"):
        assert secret not in written


def test_logs_name_the_page_and_not_what_was_asked(client, caplog):
    """14.2.1; a query string may hold a signature, or what people searched for."""
    client.get("/nowhere?q=hush")

    assert "GET /nowhere" in caplog.text
    assert "hush" not in caplog.text


def test_nothing_else_speaks_http() -> None:
    """One way out: ``safe_http``, where addresses are checked; ruff refuses the libraries elsewhere."""
    here = Path(settings.BASE_DIR) / "quality" / "services"
    done = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--stdin-filename", here / "new.py", "-"],
        input=b"import httpx\nimport urllib.request\nimport requests\nimport http.client\n",
        capture_output=True,
        cwd=settings.BASE_DIR,
        check=False,
    )

    assert done.stdout.count(b"TID251") == 4, done.stdout.decode()
