"""Why a column drifted or did not, in words."""

from collections.abc import Sequence

from dataops.engine.drift.evidence import Evidence
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.methods import METHODS
from dataops.engine.drift.report import Component
from dataops.engine.drift.wording import number


def reason(
    evidence: Evidence, significant: bool, material: Sequence[Component], leading: Component | None
) -> str:
    """What was found, the facts that explain it, and what could not be looked at."""
    if leading is None:
        return f"not compared: {evidence.note or 'no values'}"
    said = _material(evidence, material) if material else _immaterial(evidence, significant, leading)
    note = f"values not compared: {evidence.note}" if evidence.note else ""
    return "; ".join(part for part in (said, _constant(evidence), note) if part)


def _material(evidence: Evidence, material: Sequence[Component]) -> str:
    worst = sorted(material, key=lambda component: -component.magnitude)[:2]
    # A median that moved explains values that differ, not rows that lost theirs.
    by_value = any(Kind.OTHER not in METHODS[component.method].kinds for component in worst)
    details = [component.detail for component in worst]
    return "; ".join(part for part in (*details, _median(evidence) if by_value else "") if part)


def _immaterial(evidence: Evidence, significant: bool, leading: Component) -> str:
    if significant:
        return f"a real difference, but too small to matter: {leading.detail}"
    if not METHODS[leading.method].is_test:
        return f"{leading.detail}, under the limit"
    return "no evidence that missing values changed" if evidence.note else "no evidence of drift"


def _median(evidence: Evidence) -> str:
    before = evidence.reference.quantiles
    after = evidence.current.quantiles if evidence.current else None
    if before is None or after is None or before.at(0.5) == after.at(0.5):
        return ""
    return f"median from {number(before.at(0.5))} to {number(after.at(0.5))}"


def _constant(evidence: Evidence) -> str:
    before = evidence.reference.distinct == 1
    after = evidence.current is not None and evidence.current.distinct == 1
    if before and after:
        return "one single value in each window"
    return f"one single value in the {'reference' if before else 'current window'}" if before or after else ""
