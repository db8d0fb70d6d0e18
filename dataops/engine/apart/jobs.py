"""What is done apart. The signature of a job is its protocol: the types of what is asked and answered."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from dataops.engine import inspection, readers
from dataops.engine.apart import wire
from dataops.engine.apart.wire import Channel
from dataops.engine.checks import CheckSpec
from dataops.engine.profile import Profile
from dataops.engine.profilers import DEFAULT_POLICY, MissingPolicy
from dataops.engine.protocols import Dataset, NumberedBlock, Part, Past
from dataops.engine.report import Plan, Report, Result
from dataops.engine.rows import Joined, Reference, Sampling
from dataops.engine.suggest import Suggestion, Trial, try_on_rows
from dataops.engine.suggest import suggest as learn_from

TOLD_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, and what is known of how it is written."""

    path: Path
    dialect: Mapping[str, Any] | None = None

    def open(self) -> Dataset:
        """Raises UnreadableData when there is no table to read."""
        return readers.open_dataset(self.path, dialect=self.dialect)


@dataclass(frozen=True, slots=True)
class StoredReference:
    """The data of another source: one file, or the parts of a whole with the columns ``names``."""

    files: tuple[StoredFile, ...]
    names: tuple[str, ...] = ()
    profile: Profile | None = None
    missing: MissingPolicy = field(default_factory=lambda: DEFAULT_POLICY)

    def open(self) -> Reference:
        return Reference(self._dataset(), self.profile, self.missing)

    def _dataset(self) -> Dataset:
        if not self.names:
            return self.files[0].open()
        return Joined(self.names, [partial(_opened, file) for file in self.files])


def _opened(file: StoredFile) -> AbstractContextManager[Dataset]:
    return nullcontext(file.open())


class Talk:
    """How a job tells who asked for it how far it is, and asks for what it lacks."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._told, self._stage = 0.0, ""

    def progress(self, fraction: float, stage: str) -> None:
        now = monotonic()
        if stage == self._stage and now - self._told < TOLD_EVERY_SECONDS:
            return
        self._told, self._stage = now, stage
        self._channel.send(wire.PROGRESS, wire.encode([fraction, stage]))

    def block(self, dataset: Dataset, block: NumberedBlock) -> None:
        self._channel.send(wire.PROGRESS, wire.encode([dataset.fraction_read, "reading rows"]))
        self._channel.send(wire.BLOCK, wire.encode_block(*block))

    def reference(self, name: str) -> Reference:
        """The data of the source called ``name``. Raises LookupError, which says why there is none."""
        self._channel.send(wire.ASK, name.encode())
        kind, content = self._channel.receive()
        if kind == wire.NOT_THERE:
            raise LookupError(content.decode())
        if kind == wire.REFUSED:
            raise wire.error_of(content)
        found: StoredReference = wire.decode(StoredReference, content)
        return found.open()


def inspect(
    talk: Talk,
    *,
    file: StoredFile,
    plan: Plan,
    baseline: Profile | None,
    history: Sequence[Past],
    at: datetime,
    baseline_writing: Mapping[str, str] | None,
    sampling: Sampling | None,
    part: Part | None,
    scratch: Path | None,
) -> Report:
    """See ``dataops.engine.inspection.inspect``."""
    return inspection.inspect(
        file.open(),
        plan,
        baseline,
        history=history,
        at=at,
        baseline_writing=baseline_writing,
        references=talk.reference,
        sampling=sampling,
        part=part,
        scratch=scratch,
        progress=talk.progress,
    )


def recheck(
    talk: Talk,
    *,
    file: StoredFile,
    found: Profile,
    spec: CheckSpec,
    missing: MissingPolicy,
    baseline: Profile | None,
    at: datetime,
    scratch: Path | None,
) -> tuple[Result, ...]:
    """See ``dataops.engine.inspection.recheck``."""
    return inspection.recheck(
        file.open(),
        found,
        spec,
        missing=missing,
        baseline=baseline,
        at=at,
        references=talk.reference,
        scratch=scratch,
        progress=talk.progress,
    )


def suggest(
    talk: Talk,
    *,
    file: StoredFile,
    found: Profile,
    policy: MissingPolicy,
    at: datetime,
    scratch: Path | None,
) -> tuple[Suggestion, ...]:
    """See ``dataops.engine.suggest.suggest``."""
    return tuple(
        learn_from(file.open(), found, policy=policy, at=at, scratch=scratch, progress=talk.progress)
    )


def try_suggestions(
    talk: Talk,
    *,
    file: StoredFile,
    found: Profile,
    suggestions: tuple[Suggestion, ...],
    policy: MissingPolicy,
    scratch: Path | None,
) -> tuple[Trial, ...]:
    """See ``dataops.engine.suggest.try_on_rows``."""
    return try_on_rows(suggestions, file.open(), found, policy, scratch=scratch, progress=talk.progress)


def preview(talk: Talk, *, file: StoredFile) -> readers.Preview:
    """See ``dataops.engine.readers.preview``."""
    return readers.preview(file.path, dialect=file.dialect)


@dataclass(frozen=True, slots=True)
class Opened:
    """What is known of a dataset before its rows are read; see ``dataops.engine.protocols.Dataset``."""

    names: tuple[str, ...]
    typed: bool


def open_file(talk: Talk, *, file: StoredFile) -> Opened:
    dataset = file.open()
    return Opened(dataset.names, dataset.typed)


def send_rows(talk: Talk, *, file: StoredFile) -> None:
    """All rows of a file in blocks, with where each stands in it."""
    dataset = file.open()
    for block in dataset.numbered_blocks():
        talk.block(dataset, block)


TINY_ROWS = 3000


def warm_up() -> None:
    """Check a tiny table of every type, so that no job has to load or compile what that takes."""
    clock = ((i, f"2024-01-01 {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}") for i in range(TINY_ROWS))
    rows = (f"{i},{i / 8},{time},x{i}" for i, time in clock)
    with tempfile.TemporaryDirectory(prefix="dataops-tiny-") as folder:
        tiny = Path(folder) / "tiny.csv"
        tiny.write_text("\n".join(["a,b,c,d", *rows, ""]))
        inspection.inspect(readers.open_dataset(tiny), inspection.default_plan())
