"""Rows of a window beside the reference rows of its version: do the columns still go together?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dataops.engine.drift import DriftPolicy, JointDrift, Kind, Together, measure_together
from dataops.engine.drift.multivariate import Floats, Joint
from dataops.engine.drift.rules import DEFAULT
from dataops.engine.drift.together import Pair
from dataops.engine.drift.watch import kind_of
from dataops.engine.profile import Profile
from models_registry.formats.telling_apart import boosted
from models_registry.models import ModelVersion
from models_registry.services.reference_rows import read_reference_rows
from models_registry.services.tables import PREDICTION

# Together they bound the seconds: boosting takes as long as there are cells.
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_CELLS = 200_000
LEAST_ROWS = 100
SEED = 19


def look_together(
    version: ModelVersion, reference: Profile, window: pa.Table, policy: DriftPolicy
) -> Together | str:
    """What a sample of both sides shows of how columns go together, or why nobody looked.

    At most 5,000 rows a side and 200,000 values, of the 100 columns that weigh most.
    """
    if policy.method != DEFAULT:
        return "one method is chosen, which looks at single columns"
    if not version.reference_rows:
        return "the version came without reference rows"
    names = _columns(version, reference, policy)
    if len(names) < 2:
        return "there are no two columns to compare"
    try:
        kept = read_reference_rows(version)
    except OSError:
        return "the reference rows of the version are gone from the storage"
    rows = min(MOST_ROWS, MOST_CELLS // len(names))
    before = _sampled({**kept.columns, PREDICTION: kept.predictions}, len(kept), rows, names)
    after = _sampled(window, window.num_rows, rows, names)
    short = min(len(before[0]), len(after[0]))
    if short < LEAST_ROWS:
        return f"only {short} rows of a side, {LEAST_ROWS} are needed"
    coded = [_coded(a, b) for a, b in zip(before, after, strict=True)]
    reference_rows, current_rows = (np.column_stack([pair[side] for pair in coded]) for side in (0, 1))
    return measure_together(reference_rows, current_rows, names, boosted)


def joint_json(joint: JointDrift | None, skipped: str) -> dict[str, Any]:
    """For a report; ``together_of`` reads it again."""
    if joint is None:
        return {"drifted": None, "skipped": skipped}
    found = joint.together
    return {
        "drifted": joint.drifted if joint.p_adjusted is not None else None,
        "skipped": None,
        "significant": joint.significant,
        "severity": joint.severity,
        "reason": joint.reason,
        "auc": found.told_apart.auc,
        "auc_by_columns": found.by_columns,
        "effect": joint.effect,
        "threshold": joint.threshold,
        "p_value": joint.p_value,
        "p_adjusted": joint.p_adjusted,
        "reconstruction": {"auc": found.described.auc, "p_value": found.described.p_value},
        "pairs": [
            {"columns": [pair.first, pair.second], "before": pair.before, "after": pair.after}
            for pair in found.pairs
        ],
        "rows_reference": found.rows_reference,
        "rows_current": found.rows_current,
    }


def together_of(told: Mapping[str, Any] | None) -> Together | None:
    """What an earlier report holds; None where nobody looked."""
    if not told or told["skipped"] is not None:
        return None
    described = told["reconstruction"]
    return Together(
        Joint(told["auc"], told["p_value"]),
        told["auc_by_columns"],
        Joint(described["auc"], described["p_value"]),
        tuple(
            Pair(pair["columns"][0], pair["columns"][1], pair["before"], pair["after"])
            for pair in told["pairs"]
        ),
        told["rows_reference"],
        told["rows_current"],
    )


def _columns(version: ModelVersion, reference: Profile, policy: DriftPolicy) -> list[str]:
    """Those whose values are compared at all, the answers first, then by importance."""
    found = [
        column.name
        for column in reference.columns
        if policy.watches(column.name) and kind_of(column) is not Kind.OTHER
    ]
    weights = version.importances | {PREDICTION: 1.0}
    return sorted(found, key=lambda name: -weights.get(name, 0.0))[:MOST_COLUMNS]


def _sampled(
    columns: Mapping[str, Sequence[Any]] | pa.Table, count: int, most: int, names: Sequence[str]
) -> list[Sequence[Any]]:
    """At most so many of ``count`` rows by lot, the same ones each time, of these columns."""
    rows = np.sort(np.random.default_rng(SEED).permutation(count)[:most])
    if isinstance(columns, pa.Table):
        return [columns.column(name).take(pa.array(rows)).to_pylist() for name in names]
    return [[columns[name][row] for row in rows] for name in names]


def _coded(before: Sequence[Any], after: Sequence[Any]) -> tuple[Floats, Floats]:
    """Both sides as numbers: texts by how frequent they are, missing ones as NaN."""
    codes: dict[str, float] = {}
    if any(isinstance(value, str) for value in (*before, *after)):
        seen, counts = np.unique([v for v in (*before, *after) if v is not None], return_counts=True)
        codes = {str(seen[k]): float(place) for place, k in enumerate(np.argsort(-counts, kind="stable"))}

    def numbers(values: Sequence[Any]) -> Floats:
        known = [codes.get(value, value) if value is not None else np.nan for value in values]
        return np.array(known, dtype=np.float64)

    return numbers(before), numbers(after)
