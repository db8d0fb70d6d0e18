"""Columns whose texts are all of one well-known kind: addresses, numbers with a check digit, times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataops.engine.checks import CheckSpec
from dataops.engine.suggest.suggestion import Suggestion, of
from dataops.engine.suggest.view import FEWEST, View
from dataops.engine.types import ColumnType

# What a text must look like at the least; the check itself judges afterwards.
LOOKS = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "url": r"[a-z][a-z0-9+.-]*://\S+",
    "uuid": r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}",
    "ipv4": r"\d{1,3}(\.\d{1,3}){3}",
    "ipv6": r"[0-9a-fA-F:]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*",
    "iban": r"[A-Z]{2}\d{2}[A-Z0-9 ]{11,34}",
    "mac": r"[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}",
    "semver": r"\d+\.\d+\.\d+([-+].*)?",
    "json": r"[\[{].*[\]}]",
    "time": r"\d{1,2}:\d{2}(:\d{2}.*)?",
}


def propose(view: View) -> Iterator[Suggestion]:
    for column in view.columns:
        if column.type is not ColumnType.TEXT or column.present < FEWEST:
            continue
        values, _ = view.counts(column.name)
        for name, look in LOOKS.items():
            if all(re.fullmatch(look, value, re.DOTALL) for value in values):
                evidence = f"{column.name}: {of(column.present, column.present)} look like {name}"
                spec = CheckSpec("format", column=column.name, params={"name": name})
                yield Suggestion(spec, name, evidence, column.present, column.present)
