"""A report of the engine as text, JSON and JUnit XML, for commands."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from xml.etree import ElementTree

from dataops.engine.checks import CHECKS
from dataops.engine.inspection import Report, Result
from dataops.engine.profile import codec
from dataops.engine.types import Outcome

TAGS: dict[str, str] = {Outcome.FAIL: "failure", Outcome.ERROR: "error", Outcome.NO_DATA: "skipped"}
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LEAST_SHOWN = 0.0005
ORDER = (Outcome.ERROR, Outcome.FAIL, Outcome.WARN)
WORDS = {
    Outcome.PASS: "passed",
    Outcome.WARN: "warned",
    Outcome.FAIL: "failed",
    Outcome.ERROR: "broke",
    Outcome.NO_DATA: "had no data",
}
MARKS = {
    Outcome.PASS: "ok",
    Outcome.WARN: "warn",
    Outcome.FAIL: "FAIL",
    Outcome.ERROR: "ERROR",
    Outcome.NO_DATA: "-",
}


def report_text(report: Report, name: str = "") -> str:
    """What the file is, what is not plainly good with the costliest first, and the score with its reasons."""
    return "\n".join([*_about(report, name), "", *_findings(report), "", *_score(report)])


def _about(report: Report, name: str) -> Iterator[str]:
    size = f"{_counted(report.profile.rows, 'row')} × {_counted(len(report.profile.columns), 'column')}"
    yield "  ".join(part for part in (name, report.format, report.encoding, size) if part)
    accounting = report.accounting
    if accounting is not None:
        parts = {
            part: getattr(accounting, part) for part in ("loaded", "rejected", "blank", "preamble", "footer")
        }
        told = " + ".join(f"{count:,} {part}" for part, count in parts.items() if count or part == "loaded")
        sign = "=" if accounting.balanced else "do not add up:"
        yield f"{_counted(accounting.records, 'record')} {sign} {told}"
    yield from (f"note: {note}" for note in report.notes)


def _counted(number: int, noun: str) -> str:
    """``1 row``, ``60,000 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _findings(report: Report) -> Iterator[str]:
    notable = [result for result in report.results if result.outcome not in (Outcome.PASS, Outcome.NO_DATA)]
    notable.sort(key=lambda result: (ORDER.index(result.outcome), -result.points_lost))
    if not notable:
        yield "   ok  every check that measured something passed"
    for result in notable:
        cost = f"  (-{result.points_lost:.3f})" if result.points_lost >= LEAST_SHOWN else ""
        place = f"{result.column or 'table'}: {CHECKS[result.check].label.lower()}"
        yield f"{MARKS[result.outcome]:>5}  {place}: {result.message}{cost}"


def _score(report: Report) -> Iterator[str]:
    counts = Counter(result.outcome for result in report.results)
    told = [f"{counts[outcome]} {WORDS[outcome]}" for outcome in WORDS if counts[outcome]]
    yield f"{len(report.results)} results: {', '.join(told) or 'none'}"
    score = report.score
    if score.value is None:
        yield "score: not measured"
        return
    lost = sorted(score.dimension_points_lost.items(), key=lambda item: -item[1])
    parts = "".join(f" - {points:.3f} {dimension}" for dimension, points in lost if points >= LEAST_SHOWN)
    # Less than flawless is never shown as 1.000.
    shown = min(score.value, 0.999) if score.value < 1 else score.value
    yield f"score: {shown:.3f}" + (f" = 1{parts}" if parts else "")
    if score.capped_by:
        names = ", ".join(_place(report.results[index]) for index in score.capped_by)
        yield f"held at {score.value:.2f} because critical checks failed: {names}"
    covered = (
        ""
        if report.validity_coverage is None
        else f"; {report.validity_coverage:.0%} of columns have a validity check"
    )
    yield f"coverage: {score.coverage:.0%} of the score was measured{covered}"


def _place(result: Result) -> str:
    return f"{result.check} of {result.column or 'the table'}"


def report_json(report: Report) -> dict[str, Any]:
    """The report in the words of the API."""
    return {
        "score": report.score.value,
        "coverage": report.score.coverage,
        "validity_coverage": report.validity_coverage,
        "formula": report.score.formula,
        "dimensions": {str(name): value for name, value in report.score.dimensions.items()},
        "accounting": asdict(report.accounting) if report.accounting else None,
        "format": report.format,
        "encoding": report.encoding,
        "dialect": report.dialect.to_dict() if report.dialect else None,
        "results": [_result_json(result) for result in report.results],
        "schema_changes": [
            {"kind": c.kind, "column": c.column, "from": c.from_, "to": c.to} for c in report.schema_changes
        ],
        "profile": codec.as_json(report.profile),
    }


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "check": result.check,
        "column": result.column,
        "dimension": str(result.dimension),
        "outcome": str(result.outcome),
        "severity": str(result.severity),
        "evaluated": result.evaluated,
        "failed": result.failed,
        "fraction": result.fraction,
        "value": result.value,
        "limits": asdict(result.limits),
        "message": result.message,
        "points_lost": result.points_lost,
    }


def junit_of(report: Report, name: str) -> ElementTree.Element:
    """One test case a result; failures and errors as CI systems show them."""
    cases = [Case(r.check, r.column, r.outcome, r.message) for r in report.results]
    return junit(cases, name)


@dataclass(frozen=True, slots=True)
class Case:
    """A result as JUnit sees it."""

    check: str
    column: str
    outcome: str
    message: str


def junit(cases: Sequence[Case], name: str) -> ElementTree.Element:
    """A test suite in JUnit's XML; a warning is a passed case with its message as output."""
    counts = Counter(case.outcome for case in cases)
    suite = ElementTree.Element(
        "testsuite",
        name=_xml(name),
        tests=str(len(cases)),
        failures=str(counts[Outcome.FAIL]),
        errors=str(counts[Outcome.ERROR]),
        skipped=str(counts[Outcome.NO_DATA]),
    )
    for case in cases:
        element = ElementTree.SubElement(
            suite, "testcase", classname=case.check, name=_xml(case.column or "table")
        )
        if tag := TAGS.get(case.outcome):
            ElementTree.SubElement(element, tag, message=_xml(case.message))
        elif case.outcome == Outcome.WARN:
            ElementTree.SubElement(element, "system-out").text = _xml(case.message)
    return suite


def _xml(text: str) -> str:
    """Text without the characters that XML has no way to write."""
    return UNWRITABLE.sub("\ufffd", text)
