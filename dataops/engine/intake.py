"""How a file is written, how much of it is accepted, and what became of its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from dataops.engine.errors import InvalidPlan

MEBIBYTE = 1 << 20
REJECTS_KEPT = 100
REJECT_TEXT = 500


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is needed to cut a text into records and fields.

    ``quote`` is '"', "'" or '' (no quoting); a quote inside a quoted field is doubled. Above the
    header stand ``skip_records`` records of preamble, blank lines included; below the rows stand
    ``footer_records`` records such as "Total rows: 12". ``confidence`` in 0..1 is the sniffer's own.

    >>> Dialect.from_dict(Dialect(";").to_dict()) == Dialect(";")
    True
    """

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    skip_records: int = 0
    footer_records: int = 0
    confidence: float = 1.0

    def __post_init__(self) -> None:
        """Raises InvalidPlan for a dialect no parser could follow."""
        if len(self.delimiter.encode()) != 1 or self.delimiter in '\r\n"':
            raise InvalidPlan(f"delimiter {self.delimiter!r}: give one ASCII character, such as , or ;")
        if self.quote not in ('"', "'", ""):
            raise InvalidPlan(f"quote {self.quote!r}: give \", ' or nothing")
        if self.skip_records < 0 or self.footer_records < 0:
            raise InvalidPlan("skip_records and footer_records count records: give 0 or more")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Dialect:
        """The dialect of a stored or submitted mapping; fields left out keep their defaults.

        Raises InvalidPlan for names that are none of its fields.
        """
        unknown = sorted(set(data) - {f.name for f in fields(cls)})
        if unknown:
            raise InvalidPlan(f"dialect has no {', '.join(unknown)}")
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Detected:
    """What the first megabyte of a file (and its end) tell.

    ``format`` is "csv" or "parquet", ``compression`` "" or "gzip"; ``dialect`` is None for Parquet.
    """

    format: str
    compression: str = ""
    encoding: str = ""
    encoding_confidence: float = 1.0
    dialect: Dialect | None = None


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Bounds that keep one file from taking the machine; going over one raises TooLarge.

    ``max_ratio`` (decompressed over compressed bytes) applies from 64 MiB of output on: small
    archives of repetitive text honestly reach high ratios.
    """

    max_bytes: int = 64 * 1024 * MEBIBYTE
    max_ratio: float = 200.0
    max_columns: int = 16_384
    max_record_bytes: int = 64 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Accounting:
    """Records of a file by what became of them; the header is none of them.

    ``records`` is counted from the raw bytes, apart from the parser, so that the identity
    ``records = loaded + rejected + blank + preamble + footer`` is a real check: no line is lost or
    merged unseen.

    >>> Accounting(records=10, loaded=8, rejected=1, blank=1).balanced
    True
    """

    records: int = 0
    loaded: int = 0
    rejected: int = 0
    blank: int = 0
    preamble: int = 0
    footer: int = 0

    @property
    def balanced(self) -> bool:
        return self.records == self.loaded + self.rejected + self.blank + self.preamble + self.footer


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that could not be loaded; ``line`` is its first line, counted from 1."""

    line: int
    reason: str
    text: str
