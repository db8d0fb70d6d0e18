"""Contracts: rules in the formats of others, read into checks and written from them."""

from dataops.engine.contracts.odcs_write import write_contract
from dataops.engine.contracts.reading import read_contract
from dataops.engine.contracts.sameness import canonical, place_of
from dataops.engine.contracts.translation import Carried, Line, Rule, Translation

__all__ = [
    "Carried",
    "Line",
    "Rule",
    "Translation",
    "canonical",
    "place_of",
    "read_contract",
    "write_contract",
]
