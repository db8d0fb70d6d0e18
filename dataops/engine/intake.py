"""How a file is written, how much of it is accepted, and what became of its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from dataops.engine.errors import InvalidPlan

MEBIBYTE = 1 << 20
REJECTS_KEPT = 100
REJECT_TEXT = 500
HEADER_RECORDS_AT_MOST = 3
DATE_ORDERS = ("", "dmy", "mdy", "ymd")
THOUSANDS = ("", ",", ".", " ", "'")


@dataclass(frozen=True, slots=True)
class Notation:
    """How the values of a text are written, beyond what ISO 8601 and programming languages agree on.

    ``thousands`` "" means that digits are not grouped; " " stands for the non-breaking and narrow
    spaces as well. ``date_order`` is how dates with slashes, dots or dashes are read: "dmy", "mdy",
    "ymd", or "" to let each column tell, where one of its values can be read in one way only.
    ``true_words`` and ``false_words`` are read as booleans, in any case, besides true and false.
    """

    decimal: str = "."
    thousands: str = ""
    date_order: str = ""
    true_words: tuple[str, ...] = ()
    false_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written: what is needed to cut it into records and fields, and to read these.

    ``delimiter`` has one to four characters. ``quote`` is '"', "'" or '' (no quoting); a quote inside
    a quoted field is doubled, or follows the ``escape`` character ("\\\\" or ""). Above the header
    stand ``skip_records`` records of preamble, blank lines included; the header takes
    ``header_records`` records, whose cells are joined; below the rows stand ``footer_records``
    records such as "Total rows: 12". Lines that begin with ``comment`` are no rows. ``encoding``
    and ``sheet`` (of a workbook) and ``member`` (of an archive) are empty where there is no choice.
    ``decimal`` and what follows are the notation of the values. ``confidence`` in 0..1 is the
    sniffer's own.

    >>> Dialect.from_dict(Dialect(";").to_dict()) == Dialect(";")
    True
    """

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    skip_records: int = 0
    footer_records: int = 0
    confidence: float = 1.0
    escape: str = ""
    header_records: int = 1
    comment: str = ""
    encoding: str = ""
    sheet: str = ""
    member: str = ""
    decimal: str = "."
    thousands: str = ""
    date_order: str = ""
    true_words: tuple[str, ...] = ()
    false_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises InvalidPlan for a dialect no parser could follow."""
        _refuse_wrong_types(self)
        _refuse_marks(self)
        if min(self.skip_records, self.footer_records) < 0:
            raise InvalidPlan("skip_records and footer_records count records: give 0 or more")
        if not 1 <= self.header_records <= HEADER_RECORDS_AT_MOST:
            raise InvalidPlan(f"header_records {self.header_records}: give 1 to {HEADER_RECORDS_AT_MOST}")
        if self.encoding:
            _refuse_unknown_encoding(self.encoding)
        if self.decimal not in (".", ","):
            raise InvalidPlan(f"decimal {self.decimal!r}: give . or ,")
        if self.thousands not in THOUSANDS or self.thousands == self.decimal:
            raise InvalidPlan(f"thousands {self.thousands!r}: give nothing, or another mark than decimal")
        if self.date_order not in DATE_ORDERS:
            raise InvalidPlan(f"date_order {self.date_order!r}: give dmy, mdy, ymd or nothing")

    @property
    def notation(self) -> Notation:
        return Notation(self.decimal, self.thousands, self.date_order, self.true_words, self.false_words)

    @property
    def records_of_header(self) -> int:
        return self.header_records if self.header else 0

    def to_dict(self) -> dict[str, Any]:
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Dialect:
        """The dialect of a stored or submitted mapping; fields left out keep their defaults.

        Raises InvalidPlan for names that are none of its fields and for values that are none of theirs.
        """
        unknown = sorted(set(data) - {f.name for f in fields(cls)})
        if unknown:
            raise InvalidPlan(f"dialect has no {', '.join(unknown)}")
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
        return cls(**values)


def _refuse_wrong_types(dialect: Dialect) -> None:
    for declared in fields(dialect):
        value, default = getattr(dialect, declared.name), declared.default
        wanted = (int, float) if isinstance(default, float) else type(default)
        if not isinstance(value, wanted) or (isinstance(value, bool) and not isinstance(default, bool)):
            raise InvalidPlan(f"{declared.name} {value!r}: give a value such as {default!r}")
        if isinstance(value, tuple) and not all(isinstance(word, str) and word.strip() for word in value):
            raise InvalidPlan(f"{declared.name}: give a list of words")


def _refuse_marks(dialect: Dialect) -> None:
    mark = dialect.delimiter
    if not 1 <= len(mark) <= 4 or not mark.isascii() or set(mark) & set('\r\n"\0'):
        raise InvalidPlan(f"delimiter {mark!r}: give one to four ASCII characters, such as , or ; or ||")
    if dialect.quote not in ('"', "'", ""):
        raise InvalidPlan(f"quote {dialect.quote!r}: give \", ' or nothing")
    if dialect.escape not in ("\\", ""):
        raise InvalidPlan(f"escape {dialect.escape!r}: give \\ or nothing")
    comment = dialect.comment
    if comment and (len(comment) > 2 or not comment.isascii() or set(comment) & set("\r\n\"'\0")):
        raise InvalidPlan(f"comment {comment!r}: give one or two ASCII characters, such as #")


def _refuse_unknown_encoding(name: str) -> None:
    try:
        b"".decode(name)
    except LookupError:
        raise InvalidPlan(f"encoding {name!r} is not known; give one such as utf-8 or cp1252") from None


@dataclass(frozen=True, slots=True)
class Detected:
    """What the first megabyte of a file (and its end) tell.

    ``format`` is the key of a reader, ``compression`` that of an archive ("" for none), ``member``
    the file in it. ``dialect`` is None for formats that leave nothing to find out. ``notes`` say what
    a person should know, such as that a column of dates can be read in two ways.
    """

    format: str
    compression: str = ""
    encoding: str = ""
    encoding_confidence: float = 1.0
    dialect: Dialect | None = None
    member: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Bounds that keep one file from taking the machine; going over one raises TooLarge.

    ``max_ratio`` (decompressed over compressed bytes) applies from 64 MiB of output on: small
    archives of repetitive text honestly reach high ratios. What cannot be read piece by piece is held
    in memory: ``max_sheet_bytes`` bounds the unpacked parts of a workbook, ``max_document_bytes`` a JSON
    object that holds a table. ``first_records`` lets readers stop early, for a look at the beginning.
    """

    max_bytes: int = 64 * 1024 * MEBIBYTE
    max_ratio: float = 200.0
    max_columns: int = 16_384
    max_record_bytes: int = 64 * MEBIBYTE
    max_sheet_bytes: int = 1024 * MEBIBYTE
    max_document_bytes: int = 256 * MEBIBYTE
    first_records: int | None = None


@dataclass(frozen=True, slots=True)
class Accounting:
    """Records of a file by what became of them; the header is none of them.

    ``records`` is counted from the raw bytes, apart from the parser, so that the identity
    ``records = loaded + rejected + blank + preamble + footer`` is a real check: no line is lost or
    merged unseen. Comment lines, and headers that come again in the middle, are counted as
    ``preamble``.

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
    def accounted(self) -> int:
        """The records of which is known what became of them."""
        return self.loaded + self.rejected + self.blank + self.preamble + self.footer

    @property
    def balanced(self) -> bool:
        return self.records == self.accounted


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that could not be loaded; ``line`` is its first line, counted from 1.

    In formats without lines that is the number of the record. ``offset`` is the byte it starts at,
    from 0, in the unpacked file; None where the text had to be decoded on the way.
    """

    line: int
    reason: str
    text: str
    offset: int | None = None


# What makes a file written in another way; counts of preamble and footer come and go with the day.
NOTATION = ("decimal", "thousands", "date_order")
"""What of a writing is about values: it decides what a text reads as."""
_WRITING = ("delimiter", "quote", "escape", "header", "header_records", *NOTATION)


def writing_of(format_key: str, encoding: str, dialect: Dialect | Mapping[str, Any] | None) -> dict[str, str]:
    """How a file is written, property by property, for comparison with the next one.

    >>> writing_of("csv", "utf-8", Dialect(";"))["delimiter"]
    ';'
    """
    found = {"format": format_key, "encoding": encoding}
    if dialect is not None and format_key == "csv":
        fields_of = dialect.to_dict() if isinstance(dialect, Dialect) else dialect
        # A file without grouped numbers, or without dates, says nothing of how it would write them.
        found |= {name: str(fields_of[name]) for name in _WRITING if fields_of.get(name) not in ("", None)}
    return {name: value for name, value in found.items() if value}
