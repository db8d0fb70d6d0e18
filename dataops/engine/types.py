"""Small closed vocabularies shared by every part of the engine; their values are stored and sent."""

from enum import StrEnum

# A day of the calendar as ISO 8601 writes it; there is no 30 February.
DAY = (
    r"(?:\d{4}-(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    r"|\d{4}-(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|\d{4}-02-(?:0[1-9]|1\d|2[0-8])"
    r"|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)


class ColumnType(StrEnum):
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TEXT = "text"
    EMPTY = "empty"

    @property
    def is_numeric(self) -> bool:
        return self in (ColumnType.INTEGER, ColumnType.FLOAT)

    @property
    def is_temporal(self) -> bool:
        return self in (ColumnType.DATE, ColumnType.DATETIME)


class RowKind(StrEnum):
    """What failing rows are: those of a file have a place in it, the others have none.

    An answer is what a query made of the data, such as groups: its rows are no rows of the data.
    """

    FILE = "file"
    TABLE = "table"
    ANSWER = "answer"


class Outcome(StrEnum):
    """What became of one check: ``NO_DATA`` had nothing to measure, ``ERROR`` could not measure."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"
    NO_DATA = "no_data"


class Dimension(StrEnum):
    """Quality dimensions of the score; volume includes schema."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"
    VOLUME = "volume"


class Severity(StrEnum):
    """How much a finding matters; ordered, ``Severity.INFO.rank < Severity.CRITICAL.rank``."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)
