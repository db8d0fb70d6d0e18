"""Text of a stranger into plain values: no code, no bombs, nothing guessed.

YAML is read by the core schema of version 1.2: only true and false are booleans, so that ``NO`` stays
Norway; dates and numbers with leading zeros stay text.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from dataops.engine.errors import InvalidContract

MOST_BYTES = 2_000_000
MOST_NODES = 200_000
DEEPEST = 40


class _Loader(yaml.SafeLoader):
    """The safe loader with the core schema only, and nothing deeper than DEEPEST."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise InvalidContract(f"the contract is nested deeper than {DEEPEST} levels")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def load(text: str) -> Any:
    """Plain values of a YAML or JSON text; raises InvalidContract that says where it breaks."""
    if len(text.encode()) > MOST_BYTES:
        raise InvalidContract(f"the contract is larger than {MOST_BYTES // 1_000_000} MB; split it by table")
    if text.lstrip().startswith("{"):
        return _load_json(text)
    try:
        loader = _Loader(text)
    except yaml.YAMLError as error:
        raise InvalidContract(f"this is no YAML: {error}") from error
    try:
        node = loader.get_single_node()
        if node is None:
            raise InvalidContract("the contract is empty")
        _weigh(node, {}, set())
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise InvalidContract(f"this is no YAML: {place}{problem}", location=place) from error
    except ValueError as error:
        raise InvalidContract(f"this is no YAML: {error}") from error
    finally:
        loader.dispose()


def _load_json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidContract(f"this is no JSON: {place}: {error.msg}", location=place) from error
    except RecursionError as error:
        raise InvalidContract("the contract is nested too deep") from error


def _weigh(node: yaml.Node, known: dict[int, int], above: set[int]) -> int:
    """Nodes after all aliases are written out; raises InvalidContract for a bomb or a circle."""
    if id(node) in above:
        raise InvalidContract("an alias of the contract contains itself")
    if id(node) not in known:
        children: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            children = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        above.add(id(node))
        known[id(node)] = 1 + sum(_weigh(child, known, above) for child in children)
        above.discard(id(node))
    if known[id(node)] > MOST_NODES:
        raise InvalidContract(
            f"the contract has more than {MOST_NODES:,} values once its aliases are written out"
        )
    return known[id(node)]
