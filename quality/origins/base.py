"""What every origin of data is given, gives back, and may raise.

InspectionError
└── FetchError     fetch_failed   the data could not be brought here; transient: another try may help
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from django.conf import settings

from dataops.engine.errors import InspectionError
from dataops.engine.profilers.pushdown import SqlRelation

Progress = Callable[[float, str], None]


class FetchError(InspectionError):
    """Data that did not come; the message says why and never holds a secret."""

    default_code: ClassVar[str] = "fetch_failed"

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient


@dataclass(frozen=True, slots=True)
class Fetched:
    """One content: the file it was written to (None: the same as at the last fetch) and its name.

    ``cursor`` is kept and handed to the next fetch; ``more`` says that another content waits.
    ``may_skip`` lets the cursor move past a content that turns out to be no table.
    """

    path: Path | None
    file_name: str = ""
    cursor: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False
    may_skip: bool = False


class Origin(Protocol):
    """Where the data of a source comes from.

    ``params`` is a frozen dataclass of its settings; every field has a default and in its metadata
    ``field`` (the form field that labels, explains and validates it) and, for what must never be
    shown again, ``secret``. ``fetches`` is False where data is brought to us instead.
    """

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def params(self) -> type[Any]: ...
    @property
    def fetches(self) -> bool: ...

    def fetch(self, config: Any, *, cursor: Mapping[str, Any], into: Path, progress: Progress) -> Fetched:
        """Bring the newest content into the directory ``into``. Raises FetchError."""
        ...

    def look(self, config: Any) -> str:
        """Say in one sentence what a fetch would meet, within a few seconds. Raises FetchError."""
        ...


@dataclass(frozen=True, slots=True)
class Growth:
    """That rows are only added, and the column by which new ones are known.

    ``leave_newest``: rows with the newest value wait until there is a newer one. ``count_earlier``: each
    run also counts the rows before, to tell of such as came late or are gone.
    """

    column: str
    leave_newest: bool = False
    count_earlier: bool = True


class InPlace(Protocol):
    """An origin whose data may stay where it is, and be asked there."""

    def relation(self, config: Any) -> AbstractContextManager[SqlRelation] | None:
        """An open relation over all rows, or None when this source is fetched. It raises FetchError."""
        ...

    def growth(self, config: Any) -> Growth | None:
        """How new rows are known, or None when every run looks at all rows."""
        ...


def size_words(count: int) -> str:
    return f"{count / 1024**2:,.1f} MiB" if count >= 1024**2 else f"{count:,} bytes"


def refuse_too_large(count: int) -> None:
    if count > settings.MAX_UPLOAD_BYTES:
        limit = size_words(settings.MAX_UPLOAD_BYTES)
        raise FetchError(
            f"the file has more than {limit}, the limit of one file; split it or raise the limit"
        )
