"""Profiles made where the data lives: a few aggregates per column, of which only the answers travel."""

from dataops.engine.profilers.pushdown.incremental import (
    Increment,
    Standing,
    Window,
    profile_since,
    rows_at,
    standing_at,
    window_since,
)
from dataops.engine.profilers.pushdown.profile import profile_relation
from dataops.engine.profilers.pushdown.relation import DIALECTS, RelationColumn, SqlRelation

__all__ = [
    "DIALECTS",
    "Increment",
    "RelationColumn",
    "SqlRelation",
    "Standing",
    "Window",
    "profile_relation",
    "profile_since",
    "rows_at",
    "standing_at",
    "window_since",
]
