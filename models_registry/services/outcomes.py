"""What answers and truth show of a window: how sure those were, what happened, and how far off they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from dataops.engine.drift.joined import joined
from dataops.engine.drift.windows import SOME
from dataops.engine.profile import Profile
from dataops.engine.profilers.local import profile
from dataops.engine.readers.arrow import ArrowDataset
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.services.earlier import Past
from models_registry.services.estimators import Answered
from models_registry.services.metrics import Row
from models_registry.services.reference_rows import read_reference_rows
from models_registry.services.tables import CHANCE, DERIVED, ERROR, OUTCOMES, TARGET, answer_type


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
    """The training profile and what the reference rows show: how sure the answers were and, where their truth
    is known, what that says."""
    told = version.reference_rows
    if not (told.get("labelled") or told.get("probabilities")):
        return training
    try:
        kept = read_reference_rows(version)
    except OSError:
        return training
    signature, rows = Signature.from_dict(version.signature), kept.outcomes()
    found = _profiled({CHANCE: chances_of(signature, zip(kept.predictions, kept.chances(), strict=True))})
    if rows:
        errors = errors_of(signature, rows, by_chance=kept.probabilities is not None)
        found += _outcomes(signature, rows, errors)
    return _with_columns(training, *found)


def with_chances(window: Profile, reference: Profile, signature: Signature, rows: Answered) -> Profile:
    """The profile of a window and, on the bins of its reference, of how sure the answers to ``rows`` were."""
    if reference.column(CHANCE) is None:
        return window
    chances = chances_of(signature, ((said, odds) for said, odds, _ in rows))
    return _with_columns(window, *_profiled({CHANCE: chances}, like=reference))


def chances_of(signature: Signature, answers: Iterable[tuple[Any, Mapping[str, float] | None]]) -> pa.Array:
    """Of answers with probabilities that of the second of two classes; of more, that of the one answered."""
    two = signature.classes[1] if len(signature.classes) == 2 else None
    return pa.array([odds[two or said] for said, odds in answers if odds is not None], pa.float64())


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
    happened = pa.array([actual for actual, *_ in rows], answer_type(signature))
    return _profiled({TARGET: happened, ERROR: errors}, like)


def _profiled(columns: Mapping[str, pa.Array], like: Profile | None = None) -> list[Profile]:
    """A profile of each column that has any value: they may be of different numbers of rows."""
    return [
        profile(ArrowDataset(pa.table({name: values})), like=like and _only_columns(like, name))
        for name, values in columns.items()
        if len(values)
    ]


def comparable_outcomes(
    version: ModelVersion, reference: Profile, window: Profile, usual: Sequence[Past]
) -> tuple[Profile, Profile, Sequence[Past]]:
    """Both sides with those derived columns that can be compared, and the windows that tell what is usual.

    Where earlier windows are the measure, outcomes wait until five of them have their truth, and
    probabilities until all have some. The errors of reference rows that the version may have learned from are
    too small, its answers to them too sure: both are then compared with those of these windows instead.
    """
    told = [past for past in usual if all(past.profile.column(name) for name in OUTCOMES)]
    names = {name for name in DERIVED if reference.column(name) and window.column(name)}
    if len(told) < SOME <= len(usual):
        names -= {*OUTCOMES}
    if len(usual) >= SOME and not all(past.profile.column(CHANCE) for past in usual):
        names.discard(CHANCE)
    if not version.reference_rows.get("held_out"):
        for name, windows in ((ERROR, told), (CHANCE, usual)):
            if len(windows) < SOME:
                names.discard(name)
            elif name in names:
                reference = _with_column_of(reference, name, windows)
    measure = told if names & {*OUTCOMES} and len(usual) >= SOME else usual
    return _only(reference, names), _only(window, names), measure


def _with_column_of(reference: Profile, name: str, windows: Sequence[Past]) -> Profile:
    """The reference with a column as it was in earlier windows."""
    column = _only_columns(reference, name)
    earlier = joined(column, [_only_columns(past.profile, name) for past in windows])
    return _with_columns(_without(reference, name), earlier)


def _only_columns(profile: Profile, *names: str) -> Profile:
    return replace(profile, columns=tuple(c for c in profile.columns if c.name in names))


def _only(profile: Profile, derived: set[str]) -> Profile:
    """Without the derived columns that are not among these."""
    return _without(profile, *(name for name in DERIVED if name not in derived))


def _without(profile: Profile, *names: str) -> Profile:
    return replace(profile, columns=tuple(c for c in profile.columns if c.name not in names))


def _with_columns(profile: Profile, *more: Profile) -> Profile:
    added = [column for one in more for column in one.columns]
    return replace(profile, columns=(*profile.columns, *added))
