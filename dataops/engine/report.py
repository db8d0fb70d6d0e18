"""What an inspection is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dataops.engine.checks import CheckSpec, Limits, SchemaChange
from dataops.engine.intake import Accounting, Dialect, Reject
from dataops.engine.profile import Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy
from dataops.engine.rows import Sample
from dataops.engine.score import DEFAULT_WEIGHTS, NOTHING_SET, Score
from dataops.engine.types import Dimension, Outcome, Severity


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be checked, what counts as missing, and how dimensions and columns weigh in the score.

    ``importance`` names the columns that count more or less than 1; 0 leaves a column out.
    """

    checks: tuple[CheckSpec, ...]
    missing: MissingPolicy = DEFAULT_POLICY
    weights: Mapping[Dimension, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    importance: Mapping[str, float] = field(default_factory=lambda: NOTHING_SET)


@dataclass(frozen=True, slots=True)
class Result:
    """One check on one column, or on the table (``column`` empty).

    ``fraction`` is ``failed`` over ``evaluated``, None when nothing was evaluated; ``points_lost``
    is this result's part of ``1 - score``. ``sample`` holds some of the rows that fail, where the
    outcome is a warning or a failure, the check is about rows, and samples were asked for.
    """

    check: str
    spec_id: str | int | None
    column: str
    dimension: Dimension
    outcome: Outcome
    severity: Severity
    evaluated: int
    failed: int
    fraction: float | None
    value: float | None
    pass_rate: float | None
    limits: Limits
    message: str
    weight: float = 1.0
    critical: bool = False
    points_lost: float = 0.0
    details: Mapping[str, Any] = field(default_factory=dict)
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one inspection found out.

    ``validity_coverage`` is the share of columns with at least one validity check, 0..1.
    """

    profile: Profile
    results: tuple[Result, ...]
    score: Score
    validity_coverage: float | None
    schema_changes: tuple[SchemaChange, ...]
    accounting: Accounting
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]
    format: str
    encoding: str
    dialect: Dialect | None
