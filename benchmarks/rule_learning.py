"""Rules learned on half of a clean table: what they find in the dirty other half, and what they find wrongly.

    python -m benchmarks.rule_learning FOLDER [--seeds 5]

FOLDER holds one folder a table with ``clean.csv`` and ``dirty.csv``, line for line the same rows, such as
the datasets of Raha (Mahdavi et al., SIGMOD 2019), which are not part of this repository.
"""

import argparse
import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
import sqlglot
from sqlglot import exp

from dataops.engine.checks import CHECKS, CheckSpec
from dataops.engine.profilers import profile
from dataops.engine.readers import open_dataset
from dataops.engine.rows import LocalRows, Sandbox
from dataops.engine.suggest import Suggestion, suggest
from dataops.engine.suggest.together import measure

FALSE_FLAGS = 0.003
RECALL = {"hospital": 0.92, "flights": 1.00, "beers": 0.76, "movies_1": 0.87, "rayyan": 0.07, "tax": 0.02}
MOST_ROWS = 10_000

Table = list[list[str]]
Cells = set[tuple[int, int]]


@dataclass(frozen=True)
class Measured:
    """One split: rules learned, shares of cells of the other half."""

    rules: int
    false_flags: float
    precision: float
    recall: float


def read(path: Path) -> tuple[list[str], Table]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        header, *rows = csv.reader(file)
    return header, [row for row in rows if len(row) == len(header)]


def paired(folder: Path) -> tuple[list[str], Table, Table]:
    """Header, clean and dirty rows that belong together: by position, or by the first column of cut files."""
    header, clean = read(folder / "clean.csv")
    _, dirty = read(folder / "dirty.csv")
    if len(clean) != len(dirty):
        by_key = {row[0]: row for row in dirty}
        if len(by_key) > 0.9 * len(dirty):
            clean = [row for row in clean if row[0] in by_key]
            dirty = [by_key[row[0]] for row in clean]
    length = min(len(clean), len(dirty), MOST_ROWS)
    return header, clean[:length], dirty[:length]


def written(folder: Path, name: str, header: list[str], rows: Table) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path = folder / name
    path.write_text(text.getvalue())
    return path


def learned(path: Path) -> tuple[Suggestion, ...]:
    dataset = open_dataset(path)
    return suggest(dataset, profile(dataset))


def flagged(path: Path, header: list[str], rules: tuple[Suggestion, ...], like: Path) -> Cells:
    """Cells that break a rule, as (row, column); rules over several columns flag the last one they name."""
    learned_from = open_dataset(like)
    found_in = profile(learned_from)
    # As a source does: what was found out about its files stays.
    dataset = open_dataset(path, dialect=learned_from.dialect)
    types = {column.name: column.type for column in found_in.columns}
    found = profile(dataset, types=types)
    typed = tuple(
        Suggestion(CheckSpec("types", column=name), "", "", 0, 0) for name in header if found.column(name)
    )
    cells: Cells = set()
    lines: dict[int, int] = {}
    for number in (n for _, numbers in dataset.numbered_blocks() for n in numbers.tolist()):
        lines[number] = len(lines)
    with Sandbox.opened() as sandbox:
        rows = LocalRows(sandbox, dataset, found)
        for rule in (*rules, *typed):
            measured = measure(rule, found, rows)
            strict = rule.spec.check != "missing_values" or (rule.spec.limits and rule.spec.limits.warn == 0)
            if measured is None or measured.failing is None or not measured.failed or not strict:
                continue
            column = header.index(judged(rule.spec))
            cells |= {(lines[n], column) for n in rows.numbers(measured.failing).tolist()}
    return cells


def judged(spec: CheckSpec) -> str:
    """The column a rule speaks of."""
    params = spec.params
    if spec.check == "expression":
        # A sum names its total last, a mapping compares the column it speaks of.
        names = [
            column.name
            for column in sqlglot.parse_one(params["condition"], dialect="duckdb").find_all(exp.Column)
        ]
        return names[1] if "CASE" in params["condition"] else names[-1]
    last = params.get("dependent") or params.get("right") or (params.get("columns") or [""])[-1]
    return spec.column or str(last)


def once(header: list[str], clean: Table, dirty: Table, seed: int, scratch: Path) -> Measured:
    first = np.random.default_rng(seed).permutation(len(clean)) % 2 == 0
    halves = [
        [row for row, taken in zip(clean, first, strict=True) if taken == side] for side in (True, False)
    ]
    other = [row for row, taken in zip(dirty, first, strict=True) if not taken]
    learn_from = written(scratch, "a.csv", header, halves[0])
    rules = tuple(rule for rule in learned(learn_from) if rule.spec.check in CHECKS)
    on_clean = flagged(written(scratch, "b.csv", header, halves[1]), header, rules, learn_from)
    on_dirty = flagged(written(scratch, "dirty.csv", header, other), header, rules, learn_from)
    wrong = {
        (r, c)
        for r, (good, bad) in enumerate(zip(halves[1], other, strict=True))
        for c in range(len(header))
        if good[c] != bad[c]
    }
    cells = len(halves[1]) * len(header)
    hits = len(on_dirty & wrong)
    return Measured(
        len(rules), len(on_clean) / cells, hits / max(1, len(on_dirty)), hits / max(1, len(wrong))
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    met = True
    print(
        f"{'table':10} {'rows':>6} {'rules':>6} {'false flags':>12} {'most':>7} "
        f"{'precision':>10} {'recall':>7} {'bar':>5}"
    )
    for folder in sorted(path.parent for path in given.folder.glob("*/dirty.csv")):
        header, clean, dirty = paired(folder)
        with tempfile.TemporaryDirectory() as scratch:
            runs = [once(header, clean, dirty, seed, Path(scratch)) for seed in range(given.seeds)]
        false, recall = mean(r.false_flags for r in runs), mean(r.recall for r in runs)
        bar = RECALL.get(folder.name, 0.0)
        met &= false <= FALSE_FLAGS and round(recall, 2) >= bar
        print(
            f"{folder.name:10} {len(clean):6} {mean(r.rules for r in runs):6.0f} {false:12.2%} "
            f"{max(r.false_flags for r in runs):7.2%} {mean(r.precision for r in runs):10.2f} "
            f"{recall:7.2f} {bar:5.2f}"
        )
    print(
        "bars met" if met else f"bars not met: false flags at most {FALSE_FLAGS:.1%}, recall at least the bar"
    )
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
