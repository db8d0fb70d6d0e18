"""Open suggestions as groups by column."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from quality.models import SuggestedRule


@dataclass(frozen=True, slots=True)
class SuggestionGroup:
    """The suggestions about one column, the first of them; ``column`` is "" for the whole table."""

    column: str
    count: int
    shown: list[SuggestedRule]

    @property
    def hidden(self) -> int:
        return self.count - len(self.shown)

    @property
    def labels(self) -> list[str]:
        """The kinds of checks among those that are shown."""
        return list(dict.fromkeys(one.label for one in self.shown))


def suggested_columns(found: QuerySet[SuggestedRule]) -> QuerySet:
    """Each column with its number of suggestions, in the order they were made; one query a page."""
    return found.values("column").annotate(count=Count("pk"), first=Min("pk")).order_by("first")


def suggestion_groups(
    found: QuerySet[SuggestedRule], columns: Sequence[dict], *, most: int
) -> list[SuggestionGroup]:
    """The groups of some of the ``suggested_columns``, with at most so many suggestions each; one query."""
    rows: dict[str, list[SuggestedRule]] = {column["column"]: [] for column in columns}
    for suggestion in found.filter(column__in=rows):
        if len(rows[suggestion.column]) < most:
            rows[suggestion.column].append(suggestion)
    return [SuggestionGroup(column["column"], column["count"], rows[column["column"]]) for column in columns]
