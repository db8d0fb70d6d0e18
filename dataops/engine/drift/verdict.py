"""A whole report in one sentence."""

from dataops.engine.drift.report import DriftReport, DriftStatus
from dataops.engine.drift.rules import DriftPolicy
from dataops.engine.drift.windows import SOME
from dataops.engine.drift.wording import counted, listed, number


def verdict(report: DriftReport, policy: DriftPolicy) -> str:
    """What the report comes to, and how far it can be relied on, in one sentence."""
    if report.status is DriftStatus.NOT_ENOUGH_DATA:
        return _not_enough(report, policy)
    compared = sum(feature.compared for feature in report.features)
    drifted = [feature for feature in report.features if feature.drifted]
    if not compared:
        return "Nothing to compare: no column of the reference holds values that can be compared."
    joint = report.joint if report.joint and report.joint.drifted else None
    if joint and not drifted:
        said = joint.reason.replace("; ", ", ")
        return f"No single one of {counted(compared, 'column')} drifted ({_rows(report)}), but {said}."
    if not drifted:
        return f"No drift in {counted(compared, 'column')} ({_rows(report)}){_would_have_seen(report)}."
    first, others = drifted[0], [feature.name for feature in drifted[1:]]
    said = f"{len(drifted)} of {counted(compared, 'column')} drifted ({_rows(report)})"
    also = f"; also {listed(others)}" if others else ""
    also += "; columns no longer go together as they did" if joint else ""
    return f"{said}, most of all {first.name!r}: {first.reason.replace('; ', ', ')}{also}."


def _rows(report: DriftReport) -> str:
    said = f"{counted(report.rows_current, 'row')} against {report.rows_reference:,}"
    if report.windows:
        return f"{said}, by the measure of {report.windows} earlier windows"
    if report.calibrating and report.drifted:
        return f"{said}, by rows alone while fewer than {SOME} earlier windows tell what is usual"
    return said


def _would_have_seen(report: DriftReport) -> str:
    if report.detectable_effect is None:
        return ""
    return f"; a shift by a KS distance of {number(report.detectable_effect)} would probably have shown"


def _not_enough(report: DriftReport, policy: DriftPolicy) -> str:
    said = (
        f"Not enough data to tell: {counted(report.rows_current, 'current row')} (at least "
        f"{policy.minimum_current} needed) and {counted(report.rows_reference, 'reference row')} "
        f"(at least {policy.minimum_reference} needed)"
    )
    if report.detectable_effect is None or report.detectable_effect >= 1:
        return f"{said}; no difference could be told from chance."
    return f"{said}; only a KS distance of {number(report.detectable_effect)} or more would have shown."
