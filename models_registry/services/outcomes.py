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


def errors_of(signature: Signature, rows: Sequence[Row], *, by_chance: bool) -> pa.Array:
    """How far off the answers of rows of (actual, prediction, probabilities) were.

    That of a number is the answer less the truth; that of a class ``by_chance`` what its chance lacked to 1,
    of those rows that have chances, otherwise whether it was right.
    """
    if not signature.classes:
        return pa.array([said - actual for actual, said, _ in rows], pa.float64())
    if by_chance:
        known = [(actual, chances) for actual, _, chances in rows if chances is not None]
        return pa.array([1 - chances.get(actual, 0.0) for actual, chances in known], pa.float64())
    return pa.array(["right" if said == actual else "wrong" for actual, said, _ in rows], pa.string())


def reference_with_outcomes(version: ModelVersion, training: Profile) -> Profile:
    """The training profile and, where the reference rows have their truth, what that shows of them."""
    if not version.reference_rows.get("labelled"):
        return training
    try:
        kept = read_reference_rows(version)
    except OSError:
        return training
    signature, rows = Signature.from_dict(version.signature), kept.outcomes()
    errors = errors_of(signature, rows, by_chance=kept.probabilities is not None)
    return _with_columns(training, *_outcomes(signature, rows, errors))


def with_outcomes(window: Profile, reference: Profile, signature: Signature, rows: Sequence[Row]) -> Profile:
    """The profile of a window and, on the bins of its reference, of the outcomes of ``rows``.

    Errors are measured as those of the reference are, and left out where no row tells as much.
    """
    error = reference.column(ERROR)
    if not rows or error is None or reference.column(TARGET) is None:
        return window
    errors = errors_of(signature, rows, by_chance=error.type.is_numeric)
    return _with_columns(window, *_outcomes(signature, rows, errors, like=reference))


def _outcomes(
    signature: Signature, rows: Sequence[Row], errors: pa.Array, like: Profile | None = None
) -> list[Profile]:
    """A profile of what happened and one of the errors, which may be of fewer rows."""
    happened = pa.array([actual for actual, *_ in rows], pa.string() if signature.classes else pa.float64())
    columns = {TARGET: happened, ERROR: errors}
    return [
        profile(ArrowDataset(pa.table({name: values})), like=like and _only_columns(like, name))
        for name, values in columns.items()
        if len(values)
    ]


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
    errors = _only_columns(reference, ERROR)
    earlier = joined(errors, [_only_columns(past.profile, ERROR) for past in windows])
    return _with_columns(_without(reference, ERROR), earlier)


def _only_columns(profile: Profile, *names: str) -> Profile:
    return replace(profile, columns=tuple(c for c in profile.columns if c.name in names))


def _only(profile: Profile, outcomes: set[str]) -> Profile:
    """Without the outcomes that are not among these."""
    return _without(profile, *(name for name in OUTCOMES if name not in outcomes))


def _without(profile: Profile, *names: str) -> Profile:
    return replace(profile, columns=tuple(c for c in profile.columns if c.name not in names))


def _with_columns(profile: Profile, *more: Profile) -> Profile:
    added = [column for one in more for column in one.columns]
    return replace(profile, columns=(*profile.columns, *added))
