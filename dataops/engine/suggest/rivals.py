"""Which of several rules about the same thing is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from dataops.engine.suggest.held_out import Place
from dataops.engine.suggest.suggestion import Suggestion

# What says nothing more of a column whose values are listed.
LESS_THAN_A_LIST = ("regex", "text_length", "format", "value_range")

Holds = Callable[[Sequence[Suggestion]], set[Place]]


def strongest(proposed: Sequence[Suggestion], holds: Holds) -> list[Suggestion]:
    """The suggestions that hold, in their order; of rivals the first one that does.

    One pattern a column, the narrowest, and neither pattern, length nor range where the values
    themselves are listed. Trying a rule is what costs, so none is tried that would be left out.
    """
    lists = [s for s in proposed if s.spec.check == "in_set"]
    kept = holds(lists)
    listed = {s.spec.column for s in lists if s.place in kept}
    rivals: dict[Place, list[Suggestion]] = defaultdict(list)
    for s in proposed:
        if s.spec.check != "in_set" and not (s.spec.check in LESS_THAN_A_LIST and s.spec.column in listed):
            rivals[_about(s)].append(s)
    waiting = list(rivals.values())
    while waiting:
        found = holds([some[0] for some in waiting])
        kept |= found
        waiting = [some[1:] for some in waiting if some[0].place not in found and some[1:]]
    return [s for s in proposed if s.place in kept]


def _about(suggestion: Suggestion) -> Place:
    check, column, slot = suggestion.place
    return check, column, "" if check == "regex" else slot
