"""Sign-in with an account of the organisation: by invitation, and by our one way out."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from dataops.web import oidc

pytestmark = pytest.mark.django_db
DOOR, BACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"


class Provider(BaseHTTPRequestHandler):
    """As much of a provider as a sign-in needs; ``person`` is who signs in there."""

    person: dict[str, object]

    def do_GET(self) -> None:
        url = f"http://{self.headers['Host']}"
        paths = {"token_endpoint": "token", "userinfo_endpoint": "person", "jwks_uri": "keys"}
        told = {name: f"{url}/{path}" for name, path in paths.items()}
        told |= {"issuer": url, "authorization_endpoint": f"{url}/authorize"}
        self.tell(self.person if self.path == "/person" else told)

    def do_POST(self) -> None:
        self.tell({"access_token": "x", "token_type": "Bearer"})

    def tell(self, told: dict[str, object]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def provider(settings) -> Iterator[type[Provider]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    app = {"provider_id": "sso", "name": "Acme", "client_id": "us", "secret": "s"}
    app["settings"] = {"server_url": url}
    settings.OIDC_URL, settings.OIDC_NAME = url, "Acme"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    settings.OUTBOUND_ALLOW = ["127.0.0.1/32"]
    Provider.person = {"sub": "1", "email": "ann@example.com", "email_verified": True}
    yield Provider
    server.shutdown()
    server.server_close()


def sign_in(browser: Client):
    there = browser.get(DOOR)
    asked = parse_qs(urlsplit(there.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    return browser.get(BACK, {"code": "c", "state": asked["state"][0]}, follow=True)


def test_whoever_was_invited_with_the_verified_address_is_in(provider, client, user):
    user("editor", username="ann", email="Ann@example.com")
    page = sign_in(client)

    assert page.context["user"].username == "ann"
    assert b"Sign in with Acme" in Client().get("/accounts/login/").content


@pytest.mark.parametrize(
    ("person", "accounts"),
    [
        ({"email": "stranger@example.com", "email_verified": True}, 1),
        ({"email": "ann@example.com", "email_verified": False}, 1),
        ({"email": "ann@example.com", "email_verified": True}, 2),
    ],
    ids=["unknown", "unverified", "ambiguous"],
)
def test_everybody_else_is_told_to_ask_for_an_invitation(provider, client, user, person, accounts):
    for _ in range(accounts):
        user("editor", email="ann@example.com")
    provider.person = {"sub": "2"} | person
    page = sign_in(client)

    assert b"You are not invited yet" in page.content
    assert client.get("/").status_code == 302


def test_an_answer_nobody_asked_for_lets_nobody_in(provider, client, user):
    user("editor", username="ann", email="ann@example.com")
    page = client.get(BACK, {"code": "c", "state": "made up"}, follow=True)

    assert b"The sign-in did not work" in page.content
    assert client.get("/").status_code == 302


def test_a_provider_inside_the_network_is_not_asked_unless_allowed(provider, client, settings):
    settings.OUTBOUND_ALLOW = []

    assert b"The sign-in did not work" in client.get(DOOR, follow=True).content
    with pytest.raises(oidc.requests.ConnectionError, match="not a public address"):
        oidc.SingleSignOnAdapter().get_requests_session().get(settings.OIDC_URL)


def test_without_a_provider_there_is_no_such_door(client):
    assert client.get(DOOR).status_code == 404
    assert b"Sign in with" not in client.get("/accounts/login/").content
