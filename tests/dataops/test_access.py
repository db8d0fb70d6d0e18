"""Who gets in: sign-in, tokens, roles, throttling."""

import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from dataops.web import tokens
from dataops.web.accounts import ROLES
from dataops.web.models import ApiToken, AuditEvent

pytestmark = pytest.mark.django_db

TOKEN = "/api/v1/auth/token"
PASSWORD = "correct horse battery"
SOURCES = "/api/v1/data-quality/sources"


def with_token(text: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {text}")
    return client


def test_name_and_password_buy_a_token_that_opens_the_api(user):
    user("viewer", username="ann")
    answer = APIClient().post(TOKEN, {"username": "ann", "password": PASSWORD}, format="json")

    assert set(answer.json()) == {"token", "expiry"}
    assert with_token(answer.json()["token"]).get(SOURCES).status_code == 200


def test_a_wrong_password_is_a_401_that_does_not_say_which_was_wrong(user):
    user("viewer", username="ann")
    known = APIClient().post(TOKEN, {"username": "ann", "password": "no"}, format="json")
    unknown = APIClient().post(TOKEN, {"username": "nobody", "password": "no"}, format="json")

    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()


def test_only_a_hash_of_the_token_is_kept(user):
    _, text = tokens.issue(user=user(), name="ci")

    assert text not in str(list(ApiToken.objects.values()))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expired"),
        ({"revoked_at": timezone.now()}, "revoked"),
    ],
)
def test_a_token_that_ended_says_why(user, change, word):
    token, text = tokens.issue(user=user(), name="ci")
    ApiToken.objects.filter(pk=token.pk).update(**change)
    answer = with_token(text).get(SOURCES)

    assert answer.status_code == 401
    assert word in answer.json()["detail"]


@pytest.mark.parametrize("change", [{"expires_at": timezone.now()}, {"revoked_at": timezone.now()}])
def test_a_token_in_use_ends_at_once_whichever_process_ends_it(user, change):
    token, text = tokens.issue(user=user(), name="ci")
    before = with_token(text).get(SOURCES).status_code
    ApiToken.objects.filter(pk=token.pk).update(**change)  # an update sends no signal, as another process

    assert (before, with_token(text).get(SOURCES).status_code) == (200, 401)


def test_a_disabled_user_is_out_at_once_whichever_process_disables_them(user):
    person = user()
    _, text = tokens.issue(user=person, name="ci")
    before = with_token(text).get(SOURCES).status_code
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert (before, with_token(text).get(SOURCES).status_code) == (200, 401)


def test_a_role_taken_away_here_is_gone_at_once(user):
    person = user("editor")
    _, text = tokens.issue(user=person, name="ci")
    before = with_token(text).post(SOURCES, {"name": "a"}, format="json").status_code
    person.groups.set([Group.objects.get(name="viewer")])

    assert (before, with_token(text).post(SOURCES, {"name": "b"}, format="json").status_code) == (201, 403)


def test_a_role_taken_away_by_another_process_is_gone_within_seconds(user, monkeypatch):
    person = user("editor")
    _, text = tokens.issue(user=person, name="ci")
    with_token(text).get(SOURCES)
    User.groups.through.objects.filter(user=person).delete()
    later = time.monotonic() + tokens.KEPT_SECONDS
    monkeypatch.setattr(tokens, "monotonic", lambda: later)

    assert with_token(text).post(SOURCES, {"name": "a"}, format="json").status_code == 403


def test_what_one_request_does_to_its_user_is_not_seen_by_the_next(user):
    _, text = tokens.issue(user=user(username="ann"), name="ci")
    tokens.find(text).user.username = "somebody"

    assert tokens.find(text).user.username == "ann"


def test_a_known_token_costs_one_query(user, django_assert_num_queries):
    _, text = tokens.issue(user=user("editor"), name="ci")
    tokens.find(text)

    with django_assert_num_queries(1):
        assert tokens.find(text).user.has_perm("quality.change_datasource")


def test_every_role_may_do_all_that_the_one_before_it_may():
    permissions = list(ROLES.values())
    assert all(less <= more for less, more in pairwise(permissions))


def test_the_groups_hold_every_permission_the_roles_name():
    for role, names in ROLES.items():
        held = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in held} == set(names)


@pytest.mark.parametrize(
    "name", ["dashboard:home", "quality:source_list", "alerts:alert_list", "settings:home"]
)
def test_a_page_sends_strangers_to_the_sign_in(client, name):
    answer = client.get(reverse(name))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_what_people_change_is_in_the_audit_log_without_secrets(api):
    api("admin").post(SOURCES, {"name": "orders"}, format="json")
    event = AuditEvent.objects.get(action="source.created")

    assert (event.target_name, event.actor_name[:5]) == ("orders", "admin")
    assert not AuditEvent.objects.filter(changes__icontains="doi_").exists()


def test_a_token_is_told_by_the_part_before_its_secret(user):
    token, text = tokens.issue(user=user(), name="ci")

    assert text.startswith(f"doi_{token.hint}_")
    assert f"doi_{token.hint}…" in str(token)


@pytest.mark.parametrize("scope", ["ingest", "predict"])
def test_a_narrow_token_opens_no_door_but_its_own_and_says_which(user, scope):
    _, text = tokens.issue(user=user("admin"), name="pipeline", scope=scope)
    answer = with_token(text).get(SOURCES)

    assert answer.status_code == 403
    assert answer.json()["detail"] == f"The scope of this token is {scope}; this needs read."
    assert Client(headers={"Authorization": f"Token {text}"}).get("/metrics").status_code == 401
