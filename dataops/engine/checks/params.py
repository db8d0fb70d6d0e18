"""Parameters of checks: one declaration gives the form, the API schema, the validation and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from functools import cache
from math import isfinite
from types import NoneType
from typing import Any, get_args, get_type_hints

from dataops.engine.errors import InvalidParameter
from dataops.engine.sql import columns_in

LONGEST_TEXT = 20_000
MOST_TEXTS = 10_000


class Kind(StrEnum):
    """What a parameter holds: each kind has one form field, one schema and one validation."""

    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    CHOICE = "choice"
    TEXTS = "texts"
    COLUMN = "column"
    COLUMNS = "columns"
    CONDITION = "condition"
    QUERY = "query"
    SOURCE = "source"

    @property
    def is_list(self) -> bool:
        return self in (Kind.TEXTS, Kind.COLUMNS)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; ``required`` ones have an empty default that is not allowed."""

    name: str
    kind: Kind
    default: Any
    help: str
    unit: str
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    required: bool
    optional: bool
    example: Any


@dataclass(frozen=True, slots=True)
class NoParams:
    """A check that has nothing to set but its limits."""


def param(
    default: Any,
    help: str,
    *,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    kind: Kind | None = None,
    choices: tuple[str, ...] = (),
    required: bool = False,
    example: Any = None,
) -> Any:
    """A field of a parameter dataclass; ``minimum`` and ``maximum`` are themselves allowed.

    Without ``kind`` it follows the type: whole number, number, flag (bool), list of texts (tuple) or
    text, a choice where there are ``choices``.
    """
    metadata = {
        "help": help,
        "unit": unit,
        "minimum": minimum,
        "maximum": maximum,
        "kind": kind,
        "choices": choices,
        "required": required,
        "example": example,
    }
    return field(default=default, metadata=metadata)


def parameters_of(kind: type[Any]) -> tuple[Parameter, ...]:
    """The declared parameters of a dataclass made of ``param`` fields, in order."""
    declared: Any = kind
    return _parameters_of(declared)


@cache
def _parameters_of(kind: Any) -> tuple[Parameter, ...]:
    """Kept, as the type hints of a class take long to work out and never change."""
    hints = get_type_hints(kind)
    return tuple(_parameter(declared, hints[declared.name]) for declared in fields(kind))


def columns_named(kind: type[Any], given: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that parameters name, in the order they are declared, also those in a condition."""
    named: list[str] = []
    for parameter in parameters_of(kind):
        value = given.get(parameter.name)
        if value and parameter.kind is Kind.COLUMN:
            named.append(value)
        elif value and parameter.kind is Kind.COLUMNS:
            named.extend(value)
        elif value and parameter.kind is Kind.CONDITION:
            named.extend(columns_in(value))
    return tuple(named)


def make_params(kind: type[Any], given: Mapping[str, Any], *, check: str) -> Any:
    """An instance of the parameter dataclass ``kind`` from plain values, as JSON has them.

    Raises InvalidParameter that names the check, the parameter, the value and what is allowed.
    """
    known = {parameter.name: parameter for parameter in parameters_of(kind)}
    for name in given:
        if name not in known:
            problem = f"check {check!r} has no parameter {name!r}; known: {', '.join(known) or 'none'}"
            raise InvalidParameter(problem, parameter=name)
    values = {name: _value(parameter, given[name]) for name, parameter in known.items() if name in given}
    for name, parameter in known.items():
        problem = _problem(parameter, values.get(name, parameter.default))
        if problem:
            raise InvalidParameter(f"check {check!r}, parameter {name!r}: {problem}", parameter=name)
    try:
        return kind(**values)
    except InvalidParameter as error:
        name = error.parameter
        raise InvalidParameter(f"check {check!r}, parameter {name!r}: {error}", parameter=name) from error


def plain_params(params: Any) -> dict[str, Any]:
    """What was set apart from the defaults, as JSON has it; ``make_params`` gives an equal instance back."""
    found = {p.name: (getattr(params, p.name), p.default) for p in parameters_of(type(params))}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, (value, default) in found.items()
        if value != default
    }


def _parameter(declared: Field[Any], hint: Any) -> Parameter:
    types = get_args(hint) if NoneType in get_args(hint) else (hint,)
    metadata = declared.metadata
    default = declared.default_factory() if declared.default_factory is not MISSING else declared.default
    return Parameter(
        name=declared.name,
        kind=metadata.get("kind") or _kind(types, metadata.get("choices", ())),
        default=default,
        help=metadata["help"],
        unit=metadata["unit"],
        minimum=metadata["minimum"],
        maximum=metadata["maximum"],
        choices=metadata.get("choices", ()),
        required=metadata.get("required", False),
        optional=NoneType in types,
        example=metadata.get("example"),
    )


def _kind(types: tuple[Any, ...], choices: tuple[str, ...]) -> Kind:
    if bool in types:
        return Kind.FLAG
    if float in types:
        return Kind.NUMBER
    if int in types:
        return Kind.INTEGER
    if choices:
        return Kind.CHOICE
    return Kind.TEXT if str in types else Kind.TEXTS


def _value(parameter: Parameter, given: Any) -> Any:
    """As the dataclass holds it: whole numbers that came as 5.0, and lists as tuples."""
    if parameter.kind.is_list and isinstance(given, list):
        return tuple(given)
    is_whole = isinstance(given, float) and isfinite(given) and given == int(given)
    return int(given) if parameter.kind is Kind.INTEGER and is_whole else given


def _problem(parameter: Parameter, value: Any) -> str:
    """What is wrong with ``value``; "" for nothing."""
    if value is None and not parameter.optional:
        return f"give {_WORDS[parameter.kind]}"
    if parameter.required and value in (None, "", ()):
        return f"give {_WORDS[parameter.kind]}: {parameter.help[0].lower()}{parameter.help[1:]}"
    if value is None:
        return ""
    if parameter.kind in (Kind.INTEGER, Kind.NUMBER):
        return _number_problem(parameter, value)
    if parameter.kind is Kind.FLAG:
        return "" if isinstance(value, bool) else f"{value!r} is neither true nor false"
    if parameter.kind.is_list:
        return _texts_problem(value)
    if not isinstance(value, str):
        return f"{value!r} is not a text"
    if parameter.kind is Kind.CHOICE and value not in parameter.choices:
        return f"{value!r} is none of {', '.join(parameter.choices)}"
    return "" if len(value) <= LONGEST_TEXT else f"has {len(value):,} characters; at most {LONGEST_TEXT:,}"


def _number_problem(parameter: Parameter, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return f"{value!r} is not a number"
    if parameter.kind is Kind.INTEGER and not isinstance(value, int):
        return f"{value} is not a whole number"
    if parameter.minimum is not None and value < parameter.minimum:
        return f"{value} is below {parameter.minimum}"
    if parameter.maximum is not None and value > parameter.maximum:
        return f"{value} is above {parameter.maximum}"
    return ""


def _texts_problem(value: Any) -> str:
    if not isinstance(value, tuple):
        return f"{value!r} is not a list of texts"
    wrong = next((item for item in value if not isinstance(item, str) or len(item) > LONGEST_TEXT), None)
    if wrong is not None:
        return f"{wrong!r} is not a text; write every value of the list as a text"
    return "" if len(value) <= MOST_TEXTS else f"has {len(value):,} values; at most {MOST_TEXTS:,}"


_WORDS = {
    Kind.INTEGER: "a number",
    Kind.NUMBER: "a number",
    Kind.FLAG: "true or false",
    Kind.TEXT: "a text",
    Kind.CHOICE: "one of the choices",
    Kind.TEXTS: "at least one text",
    Kind.COLUMN: "the name of a column",
    Kind.COLUMNS: "at least one column",
    Kind.CONDITION: "a condition",
    Kind.QUERY: "a query",
    Kind.SOURCE: "the name of a source",
}
