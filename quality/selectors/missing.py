"""What may mean "no value" in the data of a run, as its checks found it."""

from collections import Counter
from dataclasses import dataclass

from quality.models import CheckRun

FOUND_BY = "missing_tokens"
OFFERED = 5


@dataclass(frozen=True, slots=True)
class MissingOffers:
    """Words with their cells; and numbers and dates of one column: column, value, cells.

    A column at a time, as -1 may mean none in one and be a number in the next.
    """

    words: list[tuple[str, int]]
    stand_ins: list[tuple[str, str, int]]


def missing_offers(run: CheckRun) -> MissingOffers:
    """The most frequent that the source does not call missing yet; one query.

    Columns with words of their own are left out: somebody has decided what means missing there.
    """
    known, decided = set(run.source.missing_tokens), run.source.column_missing
    words: Counter[str] = Counter()
    stand_ins: list[tuple[str, str, int]] = []
    found = run.results.filter(check_key=FOUND_BY, failed__gt=0).order_by("pk")
    for column, details in found.values_list("column", "details"):
        if column in decided:
            continue
        for word, cells in details.get("words", ()):
            if word.strip() not in known:
                words[word.strip()] += cells
        stand_ins += [(column, value, cells) for value, cells in details.get("stand_ins", ())]
    return MissingOffers(words.most_common(OFFERED), stand_ins[:OFFERED])
