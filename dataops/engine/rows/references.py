"""The rows of other sources, opened when a check asks for them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dataops.engine.profile import Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy, profile
from dataops.engine.protocols import CopiedRows, Dataset
from dataops.engine.rows.local import LocalRows
from dataops.engine.rows.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Reference:
    """The data of another source, with its profile if it has one."""

    dataset: Dataset
    profile: Profile | None = None
    missing: MissingPolicy = DEFAULT_POLICY


# By the name of the source; raises LookupError, which says why, when there is none to read.
OpenReference = Callable[[str], Reference]


class References(Mapping[str, CopiedRows]):
    """Rows by the name of their source, all in one sandbox; those iterated over are the opened ones."""

    def __init__(self, sandbox: Sandbox, open_reference: OpenReference) -> None:
        self._sandbox = sandbox
        self._open = open_reference
        self._opened: dict[str, CopiedRows] = {}

    def __getitem__(self, name: str) -> CopiedRows:
        if name not in self._opened:
            try:
                found = self._open(name)
            except LookupError as error:
                raise KeyError(*error.args) from error
            known = found.profile or profile(
                found.dataset, missing=found.missing, progress=self._sandbox.report
            )
            self._opened[name] = LocalRows(self._sandbox, found.dataset, known, found.missing)
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)


def no_reference(name: str) -> Reference:
    """Opens nothing: where no other source is at hand."""
    raise LookupError(f"no other source is at hand, so {name!r} cannot be read")
