"""The one door: password, second factor, single sign-on; how it slows guessing down, and who is inside."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from dataops.web import confirming, throttle
from dataops.web.models import AuditEvent, FailedSignIns

pytestmark = pytest.mark.django_db

LOGIN, TOKEN, SECOND = "/accounts/login/", "/api/v1/auth/token", "/accounts/2fa/authenticate/"
PASSWORD = "correct horse battery"


@pytest.fixture
def ann(user) -> User:
    return user("admin", username="ann")


def sign_in(password: str = PASSWORD, *, name: str = "ann", address: str = "127.0.0.1") -> Client:
    browser = Client(REMOTE_ADDR=address)
    browser.answer = browser.post(LOGIN, {"username": name, "password": password})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/settings/profile/").status_code == 200


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or ``steps`` half minutes later."""
    *_, counter = totp.yield_hotp_counters_from_time()
    return totp.format_hotp_value(totp.hotp_value(secret, counter - 1 + steps))


def add_app(browser: Client) -> str:
    """Add an authenticator app as people do; its key."""
    page = browser.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    added = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert added.status_code == 302, added.context["form"].errors
    return secret


@pytest.fixture
def secret(ann) -> str:
    return add_app(sign_in())


def test_a_session_begins_anew_at_the_sign_in(ann, client):
    before = client.get(LOGIN).wsgi_request.session
    before["x"] = 1
    before.save()
    client.cookies["sessionid"] = before.session_key
    client.post(LOGIN, {"username": "ann", "password": PASSWORD})

    assert client.cookies["sessionid"].value != before.session_key
    assert is_in(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_sign_in_leads_nowhere_else(ann, client, target):
    answer = client.post(f"{LOGIN}?next={target}", {"username": "ann", "password": PASSWORD, "next": target})

    assert answer.url == "/"


def test_the_admin_has_no_door_of_its_own(ann, client_as, client):
    door = client.get("/admin/login/?next=/admin/web/")

    assert door.url == f"{LOGIN}?next=/admin/web/"
    assert client.post("/admin/login/", {"username": "ann", "password": PASSWORD}).status_code == 302
    assert not is_in(client)
    assert client_as("viewer").get("/admin/", follow=True).status_code == 403


def test_who_has_a_second_factor_is_asked_for_it_before_the_session_begins(ann, secret):
    browser = sign_in()

    assert browser.answer.url == SECOND
    assert not is_in(browser)
    assert browser.get("/admin/").status_code == 302
    browser.post(SECOND, {"code": code_of(secret, steps=1)})
    assert is_in(browser)


def test_a_code_works_once(ann, secret):
    code = code_of(secret, steps=1)
    first, second = sign_in(), sign_in()
    first.post(SECOND, {"code": code})
    second.post(SECOND, {"code": code})

    assert (is_in(first), is_in(second)) == (True, False)


def test_a_recovery_code_stands_in_for_the_app_once(ann, secret):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = sign_in(), sign_in()
    first.post(SECOND, {"code": code})
    second.post(SECOND, {"code": code})

    assert (is_in(first), is_in(second)) == (True, False)


def test_a_token_is_not_had_by_password_alone_where_there_is_a_second_factor(ann, secret):
    asked = {"username": "ann", "password": PASSWORD}
    without = APIClient().post(TOKEN, asked, format="json")
    wrong = APIClient().post(TOKEN, asked | {"code": "000000x"}, format="json")
    right = APIClient().post(TOKEN, asked | {"code": code_of(secret, steps=1)}, format="json")

    assert (without.status_code, without.json()["detail"]) == (
        401,
        "This account has a second factor; send its code too.",
    )
    assert (wrong.status_code, right.status_code) == (401, 200)


def test_keys_of_second_factors_are_encrypted_rotated_and_if_lost_let_nobody_in(ann, secret, settings):
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored

    old, new = settings.SECRETS_KEYS, ["a-new-key-" + "x" * 40]
    settings.SECRETS_KEYS = new + old
    call_command("rotate_secrets")
    settings.SECRETS_KEYS = new
    browser = sign_in()
    browser.post(SECOND, {"code": code_of(secret, steps=1)})
    assert is_in(browser)

    settings.SECRETS_KEYS = ["a-third-key-" + "x" * 40]
    lost = sign_in()
    assert lost.post(SECOND, {"code": code_of(secret, steps=1)}).status_code == 200
    assert not is_in(lost)


def test_an_administrator_removes_a_lost_second_factor(ann, secret, client_as):
    client_as("admin").post(reverse("settings:user_second_factor", args=[ann.pk]))

    assert is_in(sign_in())
    assert AuditEvent.objects.filter(action="user.second_factor_removed", target_name="ann").exists()


def test_pages_of_the_second_factor_open(ann, secret):
    browser = sign_in()
    browser.post(SECOND, {"code": code_of(secret, steps=1)})
    names = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
    names += ["mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate", "account_reauthenticate"]

    assert {name: browser.get(reverse(name)).status_code for name in names} == dict.fromkeys(names, 200)


# Guessing is slowed down


def test_five_wrong_passwords_make_this_name_wait_here_and_not_elsewhere(ann):
    for _ in range(5):
        sign_in("wrong")
    waits = sign_in()

    assert waits.answer.status_code == 429
    assert waits.answer["Retry-After"] == "300"
    assert b"Wait 5 minutes" in waits.answer.content
    assert is_in(sign_in(address="10.1.2.3"))


@pytest.mark.parametrize(("failures", "seconds"), [(9, 3600), (19, 86400)])
def test_the_wait_grows_with_the_failures(ann, failures, seconds):
    FailedSignIns.objects.create(name="ann", address="127.0.0.1", failures=failures, last_at=timezone.now())
    sign_in("wrong")

    assert sign_in().answer["Retry-After"] == str(seconds)


def test_what_others_do_does_not_shorten_the_wait(ann, user):
    for _ in range(5):
        sign_in("wrong")
    user("viewer", username="bob")
    sign_in(name="bob")
    throttle.tidy()

    assert sign_in().answer.status_code == 429


def test_a_name_guessed_at_from_many_addresses_waits_everywhere(ann):
    FailedSignIns.objects.create(name="ann", failures=49, last_at=timezone.now())
    sign_in("wrong", address="10.0.0.1")

    assert sign_in(address="10.0.0.2").answer.status_code == 429


def test_failures_are_forgiven_here_by_a_sign_in_and_everywhere_after_a_day(ann):
    for _ in range(4):
        sign_in("wrong")
    sign_in()
    assert [row.address for row in FailedSignIns.objects.all()] == [throttle.ANYWHERE]

    FailedSignIns.objects.update(last_at=timezone.now() - timedelta(days=2))
    throttle.tidy()
    assert not FailedSignIns.objects.exists()


def test_the_api_waits_with_the_page_for_unknown_names_as_for_known(db):
    for _ in range(5):
        APIClient().post(TOKEN, {"username": "nobody", "password": "no"}, format="json")
    waits = APIClient().post(TOKEN, {"username": "nobody", "password": "no"}, format="json")

    assert (waits.status_code, waits["Content-Type"]) == (429, "application/problem+json")
    assert waits["Retry-After"] == "300"
    assert sign_in(name="nobody").answer.status_code == 429


def test_codes_are_guessed_at_as_slowly_as_passwords(ann, secret):
    browser = sign_in()
    for _ in range(5):
        browser.post(SECOND, {"code": "000000x"})
    answer = browser.post(SECOND, {"code": code_of(secret, steps=1)})

    assert answer.status_code == 429
    assert not is_in(browser)


# Who is inside


def test_sessions_are_listed_and_ended_one_by_one_or_all(ann):
    here, there, elsewhere = sign_in(), sign_in(address="10.1.1.1"), sign_in(address="10.2.2.2")
    page = here.get("/settings/sessions/")
    assert {session.ip for session, _ in page.context["sessions"]} == {"127.0.0.1", "10.1.1.1", "10.2.2.2"}

    here.post(reverse("settings:session_end", args=[UserSession.objects.get(ip="10.1.1.1").pk]))
    assert (is_in(there), is_in(elsewhere)) == (False, True)
    here.post("/settings/sessions/end/")
    assert (is_in(here), is_in(elsewhere)) == (True, False)


@pytest.mark.parametrize(
    ("hours", "header", "times"), [(11, {}, 15), (13, {}, 0), (7, {"HX-Request": "true"}, 1)]
)
def test_a_session_ends_after_hours_without_a_request_and_after_days_whatever_happens(
    ann, hours, header, times
):
    """ASVS 7.3.1, 7.3.2; what a page asks by itself keeps nobody in."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser, asked = sign_in(), 0
        while True:
            clock.shift(timedelta(hours=hours))
            if browser.get("/settings/profile/", headers=header).status_code != 200:
                break
            asked += 1

    assert asked == times


def test_a_role_may_need_a_second_factor(ann, settings):
    settings.SECOND_FACTOR_ROLES = ["admin"]
    browser = sign_in()

    assert browser.get("/settings/profile/").url == reverse("mfa_index")
    assert browser.get("/api/v1/dashboard/overview").status_code == 403
    token = APIClient().post(TOKEN, {"username": "ann", "password": PASSWORD}, format="json")
    assert (token.status_code, "second factor" in token.json()["detail"]) == (403, True)
    add_app(browser)
    assert is_in(browser)


def test_roles_that_are_not_named_need_none(user, settings):
    settings.SECOND_FACTOR_ROLES = ["admin"]
    user("operator", username="bob")

    assert is_in(sign_in(name="bob"))


def test_the_session_of_somebody_else_is_not_found(ann, user):
    user("viewer", username="bob")
    mine = sign_in()
    theirs = sign_in(name="bob")
    session = UserSession.objects.get(user__username="ann")

    assert theirs.post(reverse("settings:session_end", args=[session.pk])).status_code == 404
    assert is_in(mine)


def test_an_administrator_signs_somebody_out_everywhere(ann, client_as):
    browser = sign_in()
    client_as("admin").post(reverse("settings:user_sign_out", args=[ann.pk]))

    assert not is_in(browser)


DANGEROUS = {
    "settings:user_invite": (),
    "settings:person_erase": (),
    "settings:user_edit": ("pk",),
    "settings:user_link": ("pk",),
    "settings:user_sign_out": ("pk",),
    "settings:user_second_factor": ("pk",),
    "settings:token_list": (),
    "settings:profile": (),
    "mfa_activate_totp": (),
    "mfa_view_recovery_codes": (),
    "mfa_generate_recovery_codes": (),
    "mfa_add_webauthn": (),
    "quality:source_delete": ("pk",),
    "alerts:channel_edit": ("pk",),
    "admin:auth_user_add": (),
    "admin:web_apitoken_changelist": (),
}


@pytest.fixture
def left_open(ann, monkeypatch) -> Client:
    """A browser whose owner proved who they are a while ago."""
    browser = sign_in()
    later = confirming.time.time() + 601
    monkeypatch.setattr(confirming.time, "time", lambda: later)
    return browser


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous_actions_ask_who_is_there_when_that_was_a_while_ago(left_open, ann, name):
    path = reverse(name, args=[ann.pk for _ in DANGEROUS[name]])
    answer = left_open.post(path, {"name": "x", "scope": "read", "days": "30"})

    assert answer.status_code == 302
    assert urlsplit(answer.url).path == "/accounts/confirm/"
    assert parse_qs(urlsplit(answer.url).query) == {"next": [path]}


def test_who_proves_it_comes_back_and_may_go_on(left_open):
    asked = left_open.post("/settings/tokens/", {"name": "x", "scope": "read", "days": "30"})
    wrong = left_open.post(asked.url, {"password": "wrong"})
    right = left_open.post(asked.url, {"password": PASSWORD, "next": "/settings/tokens/"})

    assert (wrong.status_code, right.url) == (200, "/settings/tokens/")
    made = left_open.post("/settings/tokens/", {"name": "x", "scope": "read", "days": "30"})
    assert made.context["text"]


def test_the_api_asks_sessions_too_and_tokens_never(left_open, api):
    channel = {"name": "x", "kind": "email", "config": {"recipients": ["a@example.com"]}}
    by_session = left_open.post("/api/v1/alerts/channels", channel, content_type="application/json")

    assert by_session.status_code == 403
    assert "/accounts/confirm/" in by_session.json()["detail"]
    assert api("admin").post("/api/v1/alerts/channels", channel, format="json").status_code == 201
