"""Rows of a dataset as SQL relations on this machine, and samples of those that fail."""

from dataops.engine.rows.joined import Joined
from dataops.engine.rows.local import LocalRows
from dataops.engine.rows.references import OpenReference, Reference, References, no_reference
from dataops.engine.rows.remote import SqlRows
from dataops.engine.rows.sample import (
    Sample,
    SampleRow,
    Sampling,
    marked_columns,
    read_answer,
    read_rows,
    read_samples,
)
from dataops.engine.rows.sandbox import Sandbox, SandboxLimits

__all__ = [
    "Joined",
    "LocalRows",
    "OpenReference",
    "Reference",
    "References",
    "Sample",
    "SampleRow",
    "Sampling",
    "Sandbox",
    "SandboxLimits",
    "SqlRows",
    "marked_columns",
    "no_reference",
    "read_answer",
    "read_rows",
    "read_samples",
]
