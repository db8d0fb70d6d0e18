"""Random requests of every role over the whole OpenAPI document: never a 5xx, and answers as documented.

``make fuzz-api`` makes more of them, by EXAMPLES.
"""

import os

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans, sampled_from
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from dataops.web import tokens
from dataops.web.accounts import ROLES
from quality.services import receive_upload

EXAMPLES = int(os.environ.get("EXAMPLES", "8"))
KNOWN = {"id", "pk", "rule_pk"}
GOOD = b"id,name\n" + b"".join(b"%d,item %d\n" % (i, i % 7) for i in range(100))
BAD = b"id\n" + b"1\n" * 100


@pytest.fixture
def contract(user, drain):
    """The document, the application with a little data, and a header for each role."""
    admin = user("admin")
    for content in (GOOD, BAD):
        receive_upload(file=SimpleUploadedFile("orders.csv", content), source_name="orders", by=admin)
        drain()
    people = {role: admin if role == "admin" else user(role) for role in ROLES}
    headers = {
        role: {"Authorization": f"Token {tokens.issue(user=person, name='fuzz')[1]}"}
        for role, person in people.items()
    }
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = WSGIHandler()
    return schema, headers


def operations() -> list[str]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    return sorted(f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item)


@pytest.mark.django_db
@pytest.mark.parametrize("label", operations())
def test_no_request_breaks_the_server(contract, label):
    schema, headers = contract
    method, path = label.split(" ", 1)
    operation = schema[path][method]

    @settings(
        max_examples=EXAMPLES,
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
