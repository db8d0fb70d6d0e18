"""What a report is about, and how an alert is known again."""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from alerts.enums import SubjectType
from dataops.engine.findings import Entity, Finding

VERSION = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """What is watched: ``type`` is "source", "model" or "system", ``url`` its page.

    ``tags`` and ``owner`` (a user name) are what routes and silences may ask for. ``upstream`` is the type
    and id of each subject this one is made from: while one of them fails, that is the probable cause.
    """

    type: str
    id: str
    name: str
    url: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    upstream: tuple[tuple[str, str], ...] = ()


OUTSIDE = Subject(type=SubjectType.SYSTEM, id="external", name="Other systems")
"""Whatever has no subject that we know."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a report comes from: the page that shows it, and its place in the order of reports.

    ``sequence`` grows with each report about the subject. None means "now": whatever comes is the
    newest, for callers that have no order of their own. ``trigger`` is that of the run, empty for what
    is no run: policies may wait for a second one where it comes by itself.
    """

    label: str
    url: str
    sequence: int | None
    trigger: str = ""


def identity(subject: Subject, finding: Finding) -> dict[str, Any]:
    """What makes an alert the same alert; never a value, a wording, a severity or a time."""
    return {
        "v": VERSION,
        "subject": [str(subject.type), str(subject.id)],
        "kind": finding.kind,
        "column": finding.column,
        "method": finding.method,
    }


def digest(value: Any) -> str:
    """SHA-256 in hex of the canonical JSON of ``value``."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def fingerprint(subject: Subject, finding: Finding) -> str:
    return digest(identity(subject, finding))


def entity_line(entity: Entity) -> str:
    """A further subject as it is kept with the alert; found again by its beginning."""
    key = f"{plain(entity.type, 20)}:{plain(entity.id, 64)}"
    return f"\n{key}\t{plain(entity.url, 300)}\t{plain(entity.name, 200)}\n"


def plain(text: str, limit: int) -> str:
    """One line without control marks, at most ``limit`` characters: safe in a title and in a mail header.

    >>> plain("score is low\\r\\nBcc: all@example.com", 40)
    'score is low Bcc: all@example.com'
    """
    visible = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    line = " ".join(visible.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
