"""Who is let in: every URL asked by every role, token scope and method, with an empty request."""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from django.db import transaction
from django.test import Client

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PROGRAMS = ("/api/", "/v2")
NOBODY = "nobody"
Callers = Mapping[str, dict[str, str]]
"""The headers that each caller sends; those of nobody are empty."""


class Answer(Enum):
    LET_IN = "let in"
    TURNED_AWAY = "turned away"
    NOT_TAKEN = "not taken"


def access(path: str, people: Callers, tokens: Callers) -> str:
    """One line such as ``GET viewer read ingest, POST editor ingest``.

    By method the least role that is let in, and of the narrow scopes those that are; a scope that all
    of the narrow ones fall short of is named instead. AssertionError where a higher role is turned away.
    """
    return ", ".join(_methods(path, people, tokens if path.startswith(PROGRAMS) else {}))


def _methods(path: str, people: Callers, tokens: Callers) -> Iterator[str]:
    for method in METHODS:
        if who := _least(method, path, people):
            yield " ".join([method, who, *_scopes(method, path, tokens)])


def _least(method: str, path: str, people: Callers) -> str:
    """The first who is let in; "" where the method is not taken: not of nobody, nor of the highest role."""
    lowest, *between, highest = people
    answers = {who: _ask(method, path, people[who]) for who in (lowest, highest)}
    if Answer.LET_IN not in answers.values():
        return ""
    answers |= {who: _ask(method, path, people[who]) for who in between}
    within = [who for who in people if answers[who] is Answer.LET_IN]
    assert within == list(people)[-len(within) :], f"{method} {path} lets in {within} only"
    return within[0]


def _scopes(method: str, path: str, tokens: Callers) -> list[str]:
    within = [scope for scope, headers in tokens.items() if _ask(method, path, headers) is Answer.LET_IN]
    wide = [scope for scope in ("write", "admin") if scope in within]
    return [scope for scope in within if scope not in wide] or wide[:1]


def _ask(method: str, path: str, headers: dict[str, str]) -> Answer:
    sent = {}
    if path.startswith(PROGRAMS):
        headers = headers | {"Accept": "application/json, */*"}
        sent = {"data": "{}", "content_type": "application/json"}
    with transaction.atomic():
        client = Client(raise_request_exception=False)
        answer: Any = client.generic(method, path, headers=headers, **({} if method == "GET" else sent))
        transaction.set_rollback(True)  # the next caller finds what this one found
    # Readiness is a fact about the machine.
    assert answer.status_code < 500 or path == "/readyz", f"{method} {path}: {answer.content[:500]!r}"
    if answer.status_code == 405 or (method == "GET" and _leads_to_its_form(answer, path)):
        return Answer.NOT_TAKEN
    asks_to_sign_in = answer.status_code == 302 and answer.url.startswith("/accounts/login/?next=")
    return Answer.TURNED_AWAY if asks_to_sign_in or answer.status_code in (401, 403) else Answer.LET_IN


def _leads_to_its_form(answer: Any, path: str) -> bool:
    """The address of an action, opened by hand, leads to the page above it."""
    return answer.status_code == 302 and answer.url == path.rstrip("/").rpartition("/")[0] + "/"
