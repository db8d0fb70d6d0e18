"""A report of the engine as text, JSON and JUnit XML, for commands."""

from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

from dataops.engine.inspection import Report, Result
from dataops.engine.profile import codec
from dataops.engine.types import Outcome

MARKS = {
    Outcome.PASS: "ok",
    Outcome.WARN: "warn",
    Outcome.FAIL: "FAIL",
    Outcome.ERROR: "ERROR",
    Outcome.NO_DATA: "-",
}


def report_text(report: Report) -> str:
    """One line a result that is not plainly good, then the score."""
    notable = [result for result in report.results if result.outcome not in (Outcome.PASS, Outcome.NO_DATA)]
    lines = [f"{MARKS[r.outcome]:>5}  {r.column or 'table'}: {r.message}" for r in notable]
    accounting = report.accounting
    if accounting is not None:
        lines.append(
            f"{accounting.records} records, {accounting.loaded} loaded, {accounting.rejected} rejected"
        )
    passed = sum(result.outcome == Outcome.PASS for result in report.results)
    lines.append(f"{passed} of {len(report.results)} results passed")
    score = report.score
    lines.append("score: not measured" if score.value is None else f"score: {score.value:.3f}")
    return "\n".join(lines)


def report_json(report: Report) -> dict[str, Any]:
    """The report in the words of the API."""
    return {
        "score": report.score.value,
        "coverage": report.score.coverage,
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
        "value": result.value,
        "message": result.message,
        "points_lost": result.points_lost,
    }


def junit_of(report: Report, name: str) -> ElementTree.Element:
    """One test case a result; failures and errors as CI systems show them."""
    suite = ElementTree.Element("testsuite", name=name, tests=str(len(report.results)))
    for result in report.results:
        case = ElementTree.SubElement(
            suite, "testcase", classname=result.check, name=result.column or "table"
        )
        if result.outcome == Outcome.FAIL:
            ElementTree.SubElement(case, "failure", message=result.message)
        elif result.outcome == Outcome.ERROR:
            ElementTree.SubElement(case, "error", message=result.message)
        elif result.outcome == Outcome.NO_DATA:
            ElementTree.SubElement(case, "skipped", message=result.message)
    failures = sum(result.outcome == Outcome.FAIL for result in report.results)
    suite.set("failures", str(failures))
    suite.set("errors", str(sum(result.outcome == Outcome.ERROR for result in report.results)))
    return suite
