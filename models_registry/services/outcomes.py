"""What the truth shows of a window: what really happened, and how far off the answers were."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from dataops.engine.drift.joined import joined
from dataops.engine.drift.windows import SOME
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.services.earlier import Past
from models_registry.services.metrics import Row
from models_registry.services.reference_rows import read_reference_rows
from models_registry.services.tables import ERROR, OUTCOMES, TARGET


def outcome_table(signature: Signature, rows: Sequence[Row]) -> pa.Table:
    """``TARGET`` and ``ERROR`` of rows of (actual, prediction, probabilities).

    The error of a number is the answer less the truth; that of a class what its chance lacked to 1, or
    whether it was right where no chances are given.
    """
    actuals = [actual for actual, *_ in rows]
    if not signature.classes:
        errors = pa.array([said - actual for actual, said, _ in rows], pa.float64())
    elif all(chances is not None for *_, chances in rows):
        errors = pa.array([1 - (chances or {}).get(actual, 0.0) for actual, _, chances in rows], pa.float64())
    else:
        errors = pa.array(["right" if said == actual else "wrong" for actual, said, _ in rows], pa.string())
    answer = pa.string() if signature.classes else pa.float64()
    return pa.table({TARGET: pa.array(actuals, answer), ERROR: errors})


def reference_with_outcomes(version: ModelVersion, training: Profile) -> Profile:
    """The training profile and, where the reference rows have their truth, what that shows of them."""
    if not version.reference_rows.get("labelled"):
        return training
    try:
        kept = read_reference_rows(version)
    except OSError:
        return training
    table = outcome_table(Signature.from_dict(version.signature), kept.outcomes())
    return _with_columns(training, profile(ArrowDataset(table)))


def with_outcomes(window: Profile, reference: Profile, signature: Signature, rows: Sequence[Row]) -> Profile:
    """The profile of a window and, on the bins of its reference, of the outcomes of ``rows``."""
    if not rows or any(reference.column(name) is None for name in OUTCOMES):
        return window
    like = replace(reference, columns=tuple(c for c in reference.columns if c.name in OUTCOMES))
    return _with_columns(window, profile(ArrowDataset(outcome_table(signature, rows)), like=like))


def comparable_outcomes(
    version: ModelVersion, reference: Profile, window: Profile, usual: Sequence[Past]
) -> tuple[Profile, Profile, Sequence[Past]]:
    """Both sides with those outcomes that can be compared, and the windows that can tell what is usual.

    Where earlier windows are the measure, outcomes wait until five of them have their truth. The errors of
    reference rows that the version may have learned from are too small: errors are then compared with those
    of these windows instead.
    """
    told = [past for past in usual if all(past.profile.column(name) for name in OUTCOMES)]
    names = {name for name in OUTCOMES if reference.column(name) and window.column(name)}
    if len(told) < SOME <= len(usual):
        names = set()
    if ERROR in names and not version.reference_rows.get("held_out"):
        if len(told) < SOME:
            names.discard(ERROR)
        else:
            reference = _with_errors_of(reference, told)
    measure = told if names and len(usual) >= SOME else usual
    return _only(reference, names), _only(window, names), measure


def _with_errors_of(reference: Profile, windows: Sequence[Past]) -> Profile:
    errors = replace(reference, columns=tuple(c for c in reference.columns if c.name == ERROR))
    earlier = joined(errors, [_only_errors(past.profile) for past in windows])
    return _with_columns(_without(reference, ERROR), earlier)


def _only_errors(profile: Profile) -> Profile:
    return replace(profile, columns=tuple(c for c in profile.columns if c.name == ERROR))


def _only(profile: Profile, outcomes: set[str]) -> Profile:
    """Without the outcomes that are not among these."""
    return _without(profile, *(name for name in OUTCOMES if name not in outcomes))


def _without(profile: Profile, *names: str) -> Profile:
    return replace(profile, columns=tuple(c for c in profile.columns if c.name not in names))


def _with_columns(profile: Profile, more: Profile) -> Profile:
    return replace(profile, columns=(*profile.columns, *more.columns))
