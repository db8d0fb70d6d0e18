"""Text for files that people open in a spreadsheet."""

import re

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; numbers stay numbers.

    >>> safe_cell("=1+1"), safe_cell("-3.5"), safe_cell("-3+cmd")
    ("'=1+1", '-3.5', "'-3+cmd")
    """
    if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text
