"""Any contract we can read, told apart by what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dataops.engine.contracts.dbt import read_dbt
from dataops.engine.contracts.great_expectations import read_suite
from dataops.engine.contracts.odcs_read import read_odcs
from dataops.engine.contracts.safe import load
from dataops.engine.contracts.translation import Translation
from dataops.engine.errors import InvalidContract


def read_contract(text: str, *, table: str = "") -> Translation:
    """Rules of a data contract (ODCS), a Great Expectations suite or dbt schema tests.

    ``table`` says which table is meant when there are several; one table needs no name.
    Raises InvalidContract when the text is none of these or cannot be read.
    """
    data = load(text)
    if not isinstance(data, Mapping):
        raise InvalidContract("a contract is a mapping of names to values; this is none")
    return _reader(data)(data, table)


def _reader(data: Mapping[str, Any]) -> Callable[[Mapping[str, Any], str], Translation]:
    if data.get("kind") == "DataContract" or "apiVersion" in data:
        return read_odcs
    if isinstance(data.get("expectations"), list):
        return read_suite
    if any(isinstance(data.get(name), list) for name in ("models", "sources", "seeds", "snapshots")):
        return read_dbt
    raise InvalidContract(
        "neither a data contract (kind: DataContract), nor a Great Expectations suite (expectations), "
        "nor dbt tests (models, sources, seeds or snapshots)"
    )
