"""Programs bring a token: they pass what serves people, and get what every answer has to have."""

import json
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError
from rest_framework.test import APIClient

from dataops.web import tokens
from dataops.web.api.parsers import AnyNumberParser, JSONParser
from dataops.web.api.renderers import PlainRenderer
from dataops.web.models import AuditEvent
from dataops.web.words import lazy
from dataops.wsgi import in_one_piece

SOURCES = "/api/v1/data-quality/sources"


def by_token(client, person, scheme="Token") -> APIClient:
    _, text = tokens.issue(user=person, name="script")
    client.defaults["HTTP_AUTHORIZATION"] = f"{scheme} {text}"
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["Token", "bearer"])
def test_a_token_decides_who_asks_whoever_is_signed_in_beside_it(client_as, user, scheme):
    client = by_token(client_as("viewer"), user("editor", username="script"), scheme)
    made = client.post(SOURCES, {"name": "flights", "kind": "upload"}, content_type="application/json")

    assert made.status_code == 201
    assert AuditEvent.objects.latest("pk").actor == User.objects.get(username="script")


@pytest.mark.django_db
def test_a_bad_token_is_not_saved_by_a_session_beside_it(client_as):
    client = client_as("admin")
    client.defaults["HTTP_AUTHORIZATION"] = "Token doi_nobody_knows_it"

    assert client.get(SOURCES).status_code == 401


@pytest.mark.django_db
def test_a_token_opens_no_page(client, user):
    page = by_token(client, user("admin")).get("/settings/profile/")

    assert (page.status_code, page.url) == (302, "/accounts/login/?next=/settings/profile/")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [SOURCES, "/api/v1/no/such/path", "/v2"])
def test_answers_for_programs_are_hardened_and_have_no_session(client, user, path):
    answer = by_token(client, user("viewer")).get(path, HTTP_ACCEPT_LANGUAGE="de")

    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")
    assert (answer["Cache-Control"], answer["Content-Language"]) == ("no-store", "en")
    assert not answer.cookies


@pytest.mark.django_db
def test_what_a_program_did_is_told_with_its_address(client, user):
    client = by_token(client, user("editor"))
    client.post(
        SOURCES,
        {"name": "a", "kind": "upload"},
        content_type="application/json",
        REMOTE_ADDR="203.0.113.7",
        HTTP_X_FORWARDED_FOR="198.51.100.1",  # anybody can write that
    )

    assert AuditEvent.objects.latest("pk").address == "203.0.113.7"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


@given(plain)
def test_json_is_read_and_written_as_by_the_standard_library(value):
    read = JSONParser().parse(BytesIO(json.dumps(value).encode()), "application/json", {})
    written = PlainRenderer().render(value, "application/json", {})

    assert repr(read) == repr(value)  # 1 is no 1.0, and -0.0 no 0.0
    assert json.loads(written or b"null") == value


@pytest.mark.parametrize("body", [b"NaN", b"[1, -Infinity]", b"1e400", b'"\\ud800"'])
def test_what_the_quick_reader_refuses_the_standard_library_decides(body):
    assert repr(AnyNumberParser().parse(BytesIO(body), None, {})) == repr(json.loads(body))


@pytest.mark.parametrize("body", [b"[1,]", b'{"a": }', b"NaN", b'"\xff"', b"[" * 100_000])
def test_what_is_no_json_is_refused_with_words(body):
    with pytest.raises(ParseError, match="JSON parse error - "):
        JSONParser().parse(BytesIO(body), None, {})


def test_another_encoding_is_read_as_the_request_says():
    assert JSONParser().parse(BytesIO('"ü"'.encode("latin-1")), None, {"encoding": "latin-1"}) == "ü"


def test_words_to_be_translated_and_indents_are_written_as_everywhere():
    written = PlainRenderer().render({"detail": lazy("Name")}, "application/json", {})
    indented = PlainRenderer().render({"a": 1}, "application/json; indent=2", {})

    assert (written, indented) == (b'{"detail":"Name"}', b'{\n  "a": 1\n}')


@pytest.mark.django_db
@pytest.mark.parametrize("pieces", [[b"whole"], [b"bit ", b"by bit"]])
def test_the_server_gets_a_whole_answer_in_one_piece_and_others_bit_by_bit(pieces):
    made = StreamingHttpResponse(pieces) if pieces[1:] else HttpResponse(*pieces)

    class Handler(WSGIHandler):
        def __init__(self) -> None:
            pass

        def __call__(self, environ, start_response):
            return made

    answer = in_one_piece(Handler())({}, lambda *_: None)

    assert list(answer) == pieces
    assert made.closed == isinstance(answer, list)
