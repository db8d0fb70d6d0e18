"""Random requests of every role over the whole OpenAPI document: never a 5xx, and answers as documented.

``make fuzz-api`` makes more of them, by EXAMPLES.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis.strategies import booleans, sampled_from
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from dataops.web import queue, tokens
from dataops.web.accounts import ROLES
from quality.services import execute_run, receive_upload

Contract = tuple[dict[str, dict[str, str]], Path]


# The same ones in every run; whoever wants others says how many.
IS_SAME = "EXAMPLES" not in os.environ
EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
KNOWN = {"id", "pk", "rule_pk"}
GOOD = b"id,name\n" + b"".join(b"%d,item %d\n" % (i, i % 7) for i in range(100))
BAD = b"id\n" + b"1\n" * 100


@cache
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> list[str]:
    return sorted(f"{method.upper()} {path}" for path, item in document()["paths"].items() for method in item)


@pytest.fixture(scope="module")
def installation(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Contract]:
    """The application with a little data, once for all; a header for each role, and where files are."""
    storage = tmp_path_factory.mktemp("storage")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(django_settings, "MEDIA_ROOT", storage)
        patch.setattr(queue, "publish", lambda *args, **options: True)
        people = {role: _person(role) for role in ROLES}
        for content in (GOOD, BAD):
            file = SimpleUploadedFile("orders.csv", content)
            execute_run(receive_upload(file=file, source_name="orders", by=people["admin"]).run.pk)
        yield {role: _header(person) for role, person in people.items()}, storage
        transaction.set_rollback(True)


def _person(role: str) -> Any:
    person = get_user_model().objects.create_user(f"fuzz-{role}", is_superuser=role == "admin")
    person.groups.add(Group.objects.get(name=role))
    return person


def _header(person: Any) -> dict[str, str]:
    return {"Authorization": f"Token {tokens.issue(user=person, name='fuzz')[1]}"}


@pytest.fixture(scope="module")
def schema() -> Any:
    read = schemathesis.openapi.from_dict(document())
    read.app = WSGIHandler()
    return read


@pytest.mark.django_db
@pytest.mark.parametrize("label", operations())
def test_no_request_breaks_the_server(schema, installation, settings, label):
    headers, settings.MEDIA_ROOT = installation
    method, path = label.split(" ", 1)
    operation = schema[path][method]

    @examples(
        max_examples=EXAMPLES,
        derandomize=IS_SAME,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_known=booleans(), role=sampled_from([*ROLES, "admin", "admin"]))
    def attack(case, is_known, role):
        # Half of the requests are about something that is there: the first of each kind.
        for name in KNOWN & set(case.path_parameters if is_known else ()):
            case.path_parameters[name] = 1
        with override_settings(ALLOWED_HOSTS=["*"]):
            case.call_and_validate(
                headers=headers[role],
                checks=[not_a_server_error, status_code_conformance, response_schema_conformance],
            )

    attack()
