"""What the methods found in one column, before anybody judges it."""

from dataclasses import dataclass, replace

from dataops.engine.drift.combine import cauchy
from dataops.engine.drift.measure import Kind
from dataops.engine.drift.methods import METHODS
from dataops.engine.drift.report import Component
from dataops.engine.drift.rules import DEFAULT, DriftPolicy
from dataops.engine.drift.watch import excluded, kind_of, retyped
from dataops.engine.drift.windows import Unusual
from dataops.engine.profile import ColumnProfile

COMBINED = {
    Kind.NUMERIC: ("ks", "chi_squared", "missing_rate", "out_of_range", "new_category", "unusual_values"),
    Kind.CATEGORICAL: ("chi_squared", "missing_rate", "new_category"),
    Kind.OTHER: ("missing_rate",),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Components of one column and their combined p-value (None: no test was made).

    ``broken`` says why the column cannot be compared because it is not the same column any more;
    ``note`` why its values were not looked at; ``is_beyond`` that it lies clearly further out than any column
    of any earlier window.
    """

    reference: ColumnProfile
    current: ColumnProfile | None
    kind: Kind
    components: tuple[Component, ...] = ()
    p_value: float | None = None
    broken: str = ""
    note: str = ""
    is_beyond: bool = False

    def by_windows(self, unusual: Unusual) -> "Evidence":
        """The same measures, as unusual as they are among earlier windows instead of among rows."""
        tested = [replace(c, p_value=_among_windows(c, unusual)) for c in self.components]
        p_values = [c.p_value for c in tested if c.p_value is not None]
        if not p_values:
            return self
        combined = min(p_values) if unusual.p_values else cauchy(p_values)
        return replace(self, components=tuple(tested), p_value=combined, is_beyond=unusual.is_beyond)


_ASPECT = {"missing_rate": "missing", "out_of_range": "outside", "new_category": "outside"}


def _among_windows(component: Component, unusual: Unusual) -> float | None:
    if component.p_value is None:
        return None
    aspect = _ASPECT.get(component.method, "values")
    if unusual.p_values:
        return unusual.p_values.get(aspect, 1.0)
    return unusual.deflated(component.p_value, aspect)


def examine(reference: ColumnProfile, current: ColumnProfile | None, policy: DriftPolicy) -> Evidence:
    """Measure one column by the methods that the policy asks for."""
    kind = kind_of(reference)
    if not policy.watches(reference.name):
        return Evidence(reference, current, kind, note="left out by the settings")
    if current is None:
        return Evidence(reference, None, kind, broken="missing from the current window")
    if retyped(reference, current):
        broken = f"type changed from {reference.type} to {current.type}"
        return Evidence(reference, current, kind, broken=broken)
    note = excluded(reference) or _too_few_values(reference, current, policy)
    keys = _methods(kind, values=not note, policy=policy)
    components = tuple(
        found for key in keys if (found := _component(key, reference, current, policy)) is not None
    )
    p_values = [c.p_value for c in components if c.p_value is not None]
    if not keys and not note:
        note = f"{METHODS[policy.method].label} does not apply to {kind} columns"
    return Evidence(reference, current, kind, components, cauchy(p_values) if p_values else None, note=note)


def _methods(kind: Kind, *, values: bool, policy: DriftPolicy) -> tuple[str, ...]:
    wanted = COMBINED[kind] if policy.method == DEFAULT else (policy.method,)
    allowed = kind if values else Kind.OTHER
    return tuple(key for key in wanted if allowed in METHODS[key].kinds)


def _component(
    key: str, reference: ColumnProfile, current: ColumnProfile, policy: DriftPolicy
) -> Component | None:
    method = METHODS[key]
    measured = method.measure(reference, current)
    if measured.effect is None:
        return None
    detail = method.describe(reference, current, measured)
    return Component(
        key, measured.statistic, measured.p_value, measured.effect, policy.floor(key, reference.name), detail
    )


def _too_few_values(reference: ColumnProfile, current: ColumnProfile, policy: DriftPolicy) -> str:
    for side, column, needed in (
        ("reference", reference, policy.minimum_reference),
        ("current", current, policy.minimum_current),
    ):
        if column.finite < needed:
            return f"only {column.finite} {side} values, {needed} are needed to compare them"
    return ""
