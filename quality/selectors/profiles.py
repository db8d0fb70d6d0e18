"""Profiles as they may be shown: without the values of columns that likely tell of people."""

from collections.abc import Iterable
from dataclasses import replace

from dataops.engine.personal import PersonalKind, find_personal, mask, mask_text
from dataops.engine.profile import ColumnProfile, Profile
from dataops.engine.profile.column import Scalar

Counted = tuple[tuple[str, int], ...]


def mask_profile(profile: Profile, *, unmask: bool = False) -> Profile:
    """The profile with extremes and single values of personal columns masked; counts stay."""
    if unmask:
        return profile
    return replace(profile, columns=tuple(mask_columns(profile.columns)))


def mask_columns(columns: Iterable[ColumnProfile], *, unmask: bool = False) -> list[ColumnProfile]:
    """Some columns of a profile, masked like ``mask_profile``: a page of thousands shows few."""
    return list(columns) if unmask else [_masked(column) for column in columns]


def hides_extremes(profile: Profile | None, name: str) -> bool:
    """Whether ``mask_profile`` masks extremes of a column; of an unknown one it may."""
    column = profile.column(name) if profile else None
    return column is None or find_personal(name, column.frequent.values) is not None


def _masked(column: ColumnProfile) -> ColumnProfile:
    kind = find_personal(column.name, column.frequent.values)
    if kind is None:
        # Single values that look personal may stand in any column.
        return replace(column, invalid_values=_each(column.invalid_values, None))
    frequent = column.frequent
    return replace(
        column,
        minimum=_scalar(column.minimum, kind),
        maximum=_scalar(column.maximum, kind),
        invalid_values=_each(column.invalid_values, kind),
        frequent=replace(frequent, values=_each(frequent.values, kind), new=_each(frequent.new, kind)),
    )


def _each(values: Counted, kind: PersonalKind | None) -> Counted:
    return tuple((mask(value, kind) if kind else mask_text(value), count) for value, count in values)


def _scalar(value: Scalar, kind: PersonalKind) -> Scalar:
    """Numbers, such as of cards, are left out whole."""
    return mask(value, kind) if isinstance(value, str) else None
