"""What a dataset, or the relation of a database, tells of how it was read."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.intake import Accounting, Dialect, Reject
from dataops.engine.profile import Profile
from dataops.engine.profilers.pushdown import SqlRelation
from dataops.engine.protocols import Dataset


@dataclass(frozen=True, slots=True)
class Received:
    """How the rows came in; those of a database are all there, and not from a file."""

    accounting: Accounting
    rejects: tuple[Reject, ...]
    notes: tuple[str, ...]
    format: str
    encoding: str
    dialect: Dialect | None
    unreadable_bytes: int | None

    @classmethod
    def of(cls, dataset: Dataset | SqlRelation, found: Profile) -> Received:
        if isinstance(dataset, SqlRelation):
            return cls(Accounting(found.rows, found.rows), (), (), dataset.dialect, "", None, None)
        named = dataset.format, dataset.encoding, dataset.dialect
        unreadable = getattr(dataset, "unreadable_bytes", None)
        return cls(dataset.accounting, dataset.rejects, dataset.notes, *named, unreadable)
