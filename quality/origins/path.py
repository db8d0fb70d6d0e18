"""Files on the server, below directories that the operator allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from glob import iglob
from itertools import islice
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from dataops.web.words import lazy as _
from quality.origins.base import Fetched, FetchError, Progress, refuse_too_large
from quality.origins.matching import MOST_MATCHES, NEWEST, Match, choose, fitting, pick_field

CHUNK_BYTES = 4 * 1024**2


class PatternField(forms.CharField):
    """What can never be read is refused when it is entered, not at the first run."""

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            _refuse_outside(value)
        except FetchError as error:
            raise ValidationError(str(error)) from None


@dataclass(frozen=True, slots=True)
class PathParams:
    pattern: str = field(
        default="",
        metadata={
            "field": PatternField(
                label=_("Path or pattern"),
                max_length=1000,
                help_text=_(
                    "Below a directory of DATAOPS_DATA_ROOTS; * and ** stand for any name and any"
                    " depth, such as /data/orders/*.csv."
                ),
            )
        },
    )
    pick: str = field(default=NEWEST, metadata={"field": pick_field()})


@dataclass(frozen=True, slots=True)
class PathOrigin:
    """One file that the server can read, or those that fit a pattern."""

    key: str = "path"
    label: str = "Files on the server"
    params: type[PathParams] = PathParams
    fetches: bool = True

    def fetch(
        self, config: PathParams, *, cursor: Mapping[str, Any], into: Path, progress: Progress
    ) -> Fetched:
        choice = choose(_matches(config), pick=config.pick, cursor=cursor)
        if choice.match is None:
            return Fetched(None, cursor=choice.cursor, may_skip=True)
        file = Path(choice.match.name)
        copy = into / "content"
        _copy(file, copy, choice.match.bytes, progress)
        return Fetched(copy, file.name, choice.cursor, choice.more, config.pick != NEWEST)

    def look(self, config: PathParams) -> str:
        return fitting(_matches(config))


def _copy(file: Path, copy: Path, size: int, progress: Progress) -> None:
    """A copy that stays as it is while the original may still be written to."""
    done = 0
    try:
        with file.open("rb") as original, copy.open("wb") as target:
            while chunk := original.read(CHUNK_BYTES):
                done += len(chunk)
                refuse_too_large(done)
                target.write(chunk)
                progress(min(done / max(size, 1), 1.0), "fetching")
    except OSError as error:
        raise FetchError(
            _("%(name)s cannot be read: %(error)s") % {"name": file.name, "error": error.strerror},
            transient=True,
        ) from None


def _matches(config: PathParams) -> list[Match]:
    roots = _refuse_outside(config.pattern)
    names = iglob(config.pattern, recursive=True)  # noqa: PTH207 - the pattern is absolute
    found = (Path(name).resolve() for name in islice(names, MOST_MATCHES + 1))
    return [_match(file) for file in dict.fromkeys(found) if _inside(file, roots)]


def _refuse_outside(text: str) -> list[Path]:
    """The directories that may be read; raises FetchError for a pattern that begins below none of them.

    Before anything is looked at, so that patterns cannot ask what exists elsewhere.
    """
    roots = [Path(root).resolve() for root in settings.DATA_ROOTS]
    if not roots:
        raise FetchError(_("no directory is allowed on this server; an operator sets DATAOPS_DATA_ROOTS"))
    pattern = Path(text)
    if not pattern.is_absolute() or ".." in pattern.parts or "\0" in text:
        raise FetchError(_("give an absolute path without .. in it"))
    fixed = Path(*_fixed_parts(pattern)).resolve()
    if not any(fixed == root or root in fixed.parents for root in roots):
        raise FetchError(
            _("%(path)s is outside of the allowed directories (DATAOPS_DATA_ROOTS)") % {"path": text}
        )
    return roots


def _fixed_parts(pattern: Path) -> list[str]:
    """The directories before the first wildcard; of a plain path all of it."""
    parts: list[str] = []
    for part in pattern.parts:
        if any(mark in part for mark in "*?["):
            break
        parts.append(part)
    return parts


def _inside(file: Path, roots: list[Path]) -> bool:
    return file.is_file() and any(root in file.parents for root in roots)


def _match(file: Path) -> Match:
    stat = file.stat()
    return Match(str(file), stat.st_size, stat.st_mtime, f"{stat.st_size}-{stat.st_mtime_ns}")
