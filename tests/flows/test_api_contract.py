"""Random requests over the whole OpenAPI document: never a 5xx, and answers as documented."""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from dataops.web import tokens

EXAMPLES = 12


@pytest.fixture
def contract(user):
    """The document, the application, and the token of somebody who may do everything."""
    _, text = tokens.issue(user=user("admin"), name="fuzz")
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = WSGIHandler()
    return schema, {"Authorization": f"Token {text}"}


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
    @given(case=operation.as_strategy())
    def attack(case):
        with override_settings(ALLOWED_HOSTS=["*"]):
            case.call_and_validate(
                headers=headers,
                checks=[not_a_server_error, status_code_conformance, response_schema_conformance],
            )

    attack()
