"""Names people tell things apart by hold nothing that cannot be seen, whichever door they come through."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from dataops.web.naming import refuse_unseen

pytestmark = pytest.mark.django_db

HIDDEN = "orders\u202e"  # what follows is shown from right to left
TOLD = "Character 7 cannot be seen (U+202E); leave it out."
OPERATOR, EDITOR, ADMIN = "operator", "editor", "admin"


def table() -> SimpleUploadedFile:
    return SimpleUploadedFile("orders.csv", b"a,b\n1,2\n", content_type="text/csv")


@pytest.mark.parametrize("mark", ["\x07", "\n", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\x7f"])
def test_marks_nobody_sees_are_named_by_place(mark):
    with pytest.raises(ValidationError, match=r"Character 3 cannot be seen"):
        refuse_unseen(f"ab{mark}c")


def test_a_joiner_alone_is_no_name():
    with pytest.raises(ValidationError, match=r"Character 1 cannot be seen"):
        refuse_unseen("\u200d\u200c")


@pytest.mark.parametrize("name", ["Zürich 4711", "売上", "می\u200cخواهم", "👩\u200d🔬 lab", "a\u00a0b"])
def test_scripts_of_the_world_are_names(name):
    refuse_unseen(name)


@pytest.mark.parametrize(
    ("role", "path", "body"),
    [
        (EDITOR, "data-quality/upload", {"source": HIDDEN}),
        (EDITOR, "data-quality/upload", {"source": HIDDEN, "preview": "true"}),
        (EDITOR, "data-quality/sources", {"name": HIDDEN}),
        (OPERATOR, "alerts/channels", {"name": HIDDEN, "kind": "email", "config": {}}),
        (OPERATOR, "alerts/policies", {"name": HIDDEN}),
        (OPERATOR, "alerts/views", {"name": HIDDEN, "query": "severity=critical"}),
        (EDITOR, "auth/token", {"username": "x", "password": "y", "name": HIDDEN}),
    ],
)
def test_the_api_refuses_them_naming_the_field(api, role, path, body):
    given = body | ({"file": table()} if path.endswith("upload") else {})
    answer = api(role).post(f"/api/v1/{path}", given, format="multipart" if "file" in given else "json")

    field = "source" if "source" in body else "name"
    assert answer.status_code == 422, answer.content
    told = [(error["loc"][-1], error["msg"]) for error in answer.json()["errors"]]
    assert (field, TOLD) in told


@pytest.mark.parametrize(
    ("role", "path", "body"),
    [
        (EDITOR, "/quality/upload/", {"source": HIDDEN}),
        (EDITOR, "/quality/sources/new/url/", {"name": HIDDEN, "url": "https://example.com/a.csv"}),
        (OPERATOR, "/alerts/channels/new/email/", {"name": HIDDEN, "per_minute": 20}),
        (EDITOR, "/settings/tokens/", {"name": HIDDEN, "scope": "read", "days": 90}),
        (EDITOR, "/settings/profile/", {"first_name": HIDDEN}),
    ],
)
def test_pages_refuse_them_at_the_field(client_as, role, path, body):
    given = body | ({"file": table()} if path.endswith("upload/") else {})
    answer = client_as(role).post(path, given)

    assert answer.status_code in {200, 422}
    assert TOLD in answer.content.decode()


def test_a_file_whose_name_holds_them_makes_a_source_that_does_not(api):
    file = SimpleUploadedFile("or\u202eders.csv", b"a,b\n1,2\n", content_type="text/csv")
    answer = api("editor").post("/api/v1/data-quality/upload", {"file": file})

    assert answer.json()["source"]["name"] == "orders"
