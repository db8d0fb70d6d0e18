"""API tokens: made once, shown once, one's own."""

import re

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from dataops.web import tokens
from dataops.web.models import ApiToken

pytestmark = pytest.mark.django_db
LIST = "/settings/tokens/"
OVERVIEW = "/api/v1/dashboard/overview"


def call_with(text: str) -> int:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {text}")
    return client.get(OVERVIEW).status_code


def test_a_token_is_made_used_and_revoked(client_as):
    client = client_as("viewer")
    page = client.post(LIST, {"name": "export", "scope": "read", "days": "30"}).content.decode()
    text = re.search(r"doi_[\w-]{20,}", page).group()
    assert call_with(text) == 200

    client.post(reverse("settings:token_revoke", args=[ApiToken.objects.get().pk]))
    assert call_with(text) == 401


def test_its_text_is_shown_once(client_as):
    client = client_as("viewer")
    made = client.post(LIST, {"name": "export", "scope": "read", "days": "30"})

    assert made.context["text"].startswith(tokens.PREFIX)
    assert made["Cache-Control"] == "no-store"
    assert made.context["text"] not in client.get(LIST).content.decode()


def test_it_lives_as_long_as_was_chosen(client_as):
    client_as("viewer").post(LIST, {"name": "export", "scope": "write", "days": "7"})
    token = ApiToken.objects.get()

    assert (token.expires_at - token.created_at).days in (6, 7)
    assert token.scope == "write"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 81), ("name", "a\x00b"), ("scope", "all"), ("days", "9999")],
)
def test_a_token_that_cannot_be_is_refused_beside_its_field(field, value, client_as):
    answer = client_as("viewer").post(LIST, {"name": "export", "scope": "read", "days": "30", field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ApiToken.objects.exists()


def test_the_tokens_of_others_are_neither_seen_nor_revoked(client_as, user):
    token, _ = tokens.issue(user=user("editor"), name="theirs")
    admin = client_as("admin")

    assert b"theirs" not in admin.get(LIST).content
    assert admin.post(reverse("settings:token_revoke", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.is_usable
