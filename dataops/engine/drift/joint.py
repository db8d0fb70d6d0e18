"""From a comparison of whole rows to a decision about how columns go together."""

from collections.abc import Sequence
from dataclasses import dataclass

from dataops.engine.drift.report import JointDrift
from dataops.engine.drift.rules import DriftPolicy, severity_of
from dataops.engine.drift.together import Pair, Together
from dataops.engine.drift.windows import TOGETHER, Unusual
from dataops.engine.drift.wording import number


@dataclass(frozen=True, slots=True)
class Whole:
    """What whole rows show now, and what they showed in each earlier window (None: nobody looked)."""

    together: Together
    seen: Sequence[Together | None] = ()

    def among_windows(self) -> tuple[Sequence[Together], float] | None:
        """What is asked of earlier windows; None unless all of them can answer."""
        known = [one for one in self.seen if one is not None]
        return (known, self.together.effect) if known and len(known) == len(self.seen) else None


def joint_p_value(together: Together, unusual: Unusual | None) -> float | None:
    """How unusual it is among rows, or among earlier windows where there are some; None: nobody can tell."""
    if unusual is None:
        return together.told_apart.p_value
    if unusual.p_values:
        return unusual.p_values.get(TOGETHER)
    if TOGETHER not in unusual.design_effects:
        return None
    return unusual.deflated(together.told_apart.p_value, TOGETHER)


def judge_joint(
    together: Together, p_adjusted: float | None, policy: DriftPolicy, *, level: float, is_beyond: bool
) -> JointDrift:
    """Whether columns no longer go together as they did: significant up to ``level``, and material."""
    significant = p_adjusted is not None and p_adjusted <= level
    magnitude = together.effect / policy.joint_floor
    drifted = significant and magnitude >= 1
    return JointDrift(
        drifted=drifted,
        significant=significant,
        severity=severity_of(magnitude) if drifted else None,
        p_value=together.told_apart.p_value,
        p_adjusted=p_adjusted,
        effect=together.effect,
        threshold=policy.joint_floor,
        together=together,
        reason=_reason(together, p_adjusted, significant, drifted),
        is_beyond=is_beyond,
    )


def _reason(together: Together, p_adjusted: float | None, significant: bool, drifted: bool) -> str:
    if drifted:
        auc, alone = number(together.told_apart.auc), number(max(together.by_columns, 0.5))
        said = (
            f"columns no longer go together as they did (AUC {auc} by whole rows, {alone} by single columns)"
        )
        return "; ".join([said, *(_told(pair) for pair in together.pairs)])
    if p_adjusted is None:
        return "not judged: earlier windows were not looked at for this"
    if significant:
        return "the windows can be told apart, but hardly better by whole rows than by single columns"
    return "no evidence that columns go together in another way"


def _told(pair: Pair) -> str:
    return (
        f"rank correlation of {pair.first!r} and {pair.second!r} from {pair.before:.2f} to {pair.after:.2f}"
    )
