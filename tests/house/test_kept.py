"""What is kept to a team is nowhere for everybody else: no page, list, search, feed or metric knows it."""

import ast
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client

from dataops.web import tokens
from dataops.web.models import TokenScope
from dataops.web.sight import SightedManager
from tests.house.sitemap import API, BLANK, INFERENCE, Place, places
from tests.house.test_names import ROOT, SOURCES

NAME = "classified"
ROOMS = ("quality", "models_registry", "alerts")
# Values of blanks that lead to nothing of a source or model; any other does, also one that is new.
FREE = {
    "keys/pk", "sessions/pk", "oidc/provider_id", "views/pk", "policies/pk", "silences/pk", "uploads/pk",
    "allowed-types/pk", "channels/pk", "new/kind", "templates/kind", "new/origin", "routes/pk", "tokens/pk",
    "users/pk", "password/uidb64", "token",
}  # fmt: skip
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED}
# The address of an action, opened by hand, leads to the page above it, which is gone.
ABOVE = ("GET", HTTPStatus.FOUND)
# Refused before anything was looked for.
INCOMPLETE = b"This field is required"
ASKS = re.compile(r"(\w+)\.objects\.(?!none)|(selectors)\.")
PROGRAMS = (API, INFERENCE, "metrics")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def team(sample) -> Group:
    """The one that all of the sample is kept to, under a name that stands nowhere else."""
    from alerts.models import Alert, Notice, Notification
    from models_registry.models import Model
    from quality.models import DataSource

    team = Group.objects.create(name="vault")
    DataSource.objects.update(kept_to=team, name=NAME)
    Model.objects.update(kept_to=team)
    Model.objects.filter(name=sample["name"]).update(name=NAME)
    Alert.objects.update(subject_name=NAME, title=NAME)
    Notification.objects.update(subject=NAME)
    Notice.objects.update(title=NAME)
    return team


def browser(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="dataops.web.locale.PeopleBackend")
    return client


def program(person: Any) -> Client:
    _, text = tokens.issue(user=person, name="all", scope=TokenScope.ADMIN)
    return Client(raise_request_exception=False, headers={"Authorization": f"Token {text}"})


def leads_to_something(place: Place) -> bool:
    blanks = {f"{before}/{name}" if before else name for before, name in BLANK.findall(place.route)}
    return bool(blanks - FREE)


def answers(person: Any, things: dict[str, Any], *, kept: bool) -> Iterator[tuple[str, int, bytes]]:
    """Method and name, status, and body, of every place that leads to something (or not), by each door."""
    doors = ((browser(person), ""), (program(person), PROGRAMS))
    for caller, prefixes in doors:
        for place in places():
            if leads_to_something(place) is kept and place.route.startswith(prefixes):
                for method in METHODS if kept else ("GET",):
                    answer = caller.generic(method, place.path(things))
                    body = b"".join(answer) if answer.streaming else answer.content
                    yield f"{method} {place.name}", answer.status_code, body


@pytest.mark.django_db
def test_what_is_kept_to_a_team_is_nowhere_for_everybody_else(sample, team, user) -> None:
    things, outsider = sample | {"name": NAME}, user("operator")

    found = {
        name: status
        for name, status, body in answers(outsider, things, kept=True)
        if status not in GONE and (name.split()[0], status) != ABOVE and INCOMPLETE not in body
    }
    told = {name for name, _, body in answers(outsider, things, kept=False) if NAME.encode() in body}
    assert found == {}
    assert told == set()


@pytest.mark.django_db
def test_its_members_see_it_as_ever(sample, team, user) -> None:
    things, member = sample | {"name": NAME}, user("operator")
    member.groups.add(team)

    seen = [name for name, status, _ in answers(member, things, kept=True) if status == HTTPStatus.OK]
    told = {name for name, _, body in answers(member, things, kept=False) if NAME.encode() in body}
    assert len(seen) > 60
    assert {"GET dashboard:home", "GET quality:source_list", "GET alerts:alert_list", "GET metrics"} <= told


def test_every_table_that_leads_to_something_kept_says_so() -> None:
    """A new one would be seen by everybody."""
    tables = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    kept = {model for model in tables if isinstance(model._default_manager, SightedManager)}
    leading = {model for model in tables if {f.related_model for f in model._meta.fields} & kept}

    assert leading <= kept
    assert all(callable(model.unseen) for model in kept)


def test_no_class_keeps_a_query_from_before_somebody_asked() -> None:
    """It would be made once, for nobody, and show everybody everything."""
    kept = {m.__name__ for m in apps.get_models() if isinstance(m._default_manager, SightedManager)}

    assert [place for file in SOURCES for place in asking_early(file, kept)] == []


def asking_early(file: Path, kept: set[str]) -> Iterator[str]:
    for node in outside_functions(ast.parse(file.read_text())):
        asks = isinstance(node, ast.Call) and ASKS.match(ast.unparse(node.func))
        if asks and {asks[1], asks[2]} & {*kept, "selectors"}:
            yield f"{file.relative_to(ROOT)}:{node.lineno}"


def outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    """What is worked out when the module is loaded."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            yield from outside_functions(node)
