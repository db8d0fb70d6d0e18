"""Column names as the file gives them, made usable: none empty, none twice."""

from collections.abc import Sequence


def usable_names(header: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """``width`` distinct names for the cells of a header, and notes on those that were changed.

    An empty or lacking name becomes "column_3", the second "age" becomes "age.2".

    >>> usable_names(["age", "", "age"], 4)[0]
    ('age', 'column_2', 'age.2', 'column_4')
    """
    names: list[str] = []
    notes: list[str] = []
    taken = {cell.strip() for cell in header}
    used: set[str] = set()
    for position in range(1, width + 1):
        given = header[position - 1].strip() if position <= len(header) else ""
        name = given or f"column_{position}"
        copy = 2
        while name in used or (name != given and name in taken):
            name = f"{given or f'column_{position}'}.{copy}"
            copy += 1
        if name != given:
            notes.append(f"column {position} has {_fault(given)}; it is called {name!r} here")
        used.add(name)
        names.append(name)
    return tuple(names), tuple(notes)


def _fault(given: str) -> str:
    return f"the name {given!r} of an earlier column" if given else "no name"
