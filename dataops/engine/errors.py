"""What can go wrong while data is inspected; every message says what is wrong, where, and what to do.

InspectionError              code, location
├── UnreadableData           the input cannot be turned into rows
│   ├── EmptyData            empty_file      zero bytes
│   ├── NoRows               no_rows         a header and nothing below it
│   ├── UnknownFormat        unknown_format  not a table we read: an image, a workbook, a web page
│   ├── BrokenData           broken_data     recognised, but damaged: a cut archive, an open quote
│   └── TooLarge             too_large       over a limit on bytes, columns or compression ratio
├── InvalidPlan              invalid_plan    an unknown check, a query that is refused
│   └── InvalidParameter     invalid_parameter   a parameter a check does not have, or a value it refuses
├── DiskFull                 disk_full       no room for temporary files
├── InvalidContract          invalid_contract  a contract that cannot be read
└── Cancelled                cancelled       the caller asked to stop
"""

from typing import ClassVar


class InspectionError(Exception):
    """Base of all errors of the engine.

    ``code`` is stable and machine-readable, ``location`` names the place ("line 12", "column age")
    when there is one; the message is for people and repeats it.
    """

    default_code: ClassVar[str] = "inspection_failed"

    def __init__(self, message: str, *, code: str = "", location: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.location = location


class UnreadableData(InspectionError):  # noqa: N818 - the name is the message
    default_code = "unreadable_data"


class EmptyData(UnreadableData):
    default_code = "empty_file"


class NoRows(UnreadableData):
    default_code = "no_rows"


class UnknownFormat(UnreadableData):
    default_code = "unknown_format"


class BrokenData(UnreadableData):
    default_code = "broken_data"


class TooLarge(UnreadableData):
    default_code = "too_large"


class DiskFull(InspectionError):  # noqa: N818 - the name is the message
    default_code = "disk_full"


class InvalidPlan(InspectionError):  # noqa: N818 - the name is the message
    default_code = "invalid_plan"


class InvalidContract(InspectionError):  # noqa: N818 - the name is the message
    default_code = "invalid_contract"


class InvalidParameter(InvalidPlan):
    """``parameter`` is the name of the one that is wrong."""

    default_code = "invalid_parameter"

    def __init__(self, message: str, *, parameter: str) -> None:
        super().__init__(message, location=f"parameter {parameter}")
        self.parameter = parameter


class Cancelled(InspectionError):  # noqa: N818 - the name is the message
    default_code = "cancelled"
