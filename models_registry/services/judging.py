"""One window of a version, judged: the same for a check as it happens and for a policy that is tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from dataops.engine.drift import DriftPolicy, DriftReport, Window, compare
from dataops.engine.drift.windows import SOME
from dataops.engine.types import Severity
from models_registry.models import ModelVersion
from models_registry.services.choosing import Reference
from models_registry.services.earlier import Past
from models_registry.services.falls import JudgedFall, Performance, judge_falls
from models_registry.services.outcomes import comparable_outcomes
from models_registry.services.tables import DERIVED, PREDICTION

# They lead the ranking whatever the features weigh: predictions are what people act on, and outcomes what
# becomes of that.
WEIGHTS = dict.fromkeys((PREDICTION, *DERIVED), 1.0)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came out of a window: how its columns changed, and whether its performance fell."""

    report: DriftReport
    falls: tuple[JudgedFall, ...]

    @property
    def drifted(self) -> bool:
        return self.report.drifted or any(fall.fallen for fall in self.falls)

    @property
    def severity(self) -> Severity | None:
        """By the size of what was found, however sure it is."""
        return _worst(self.report.severity, *(fall.severity for fall in self.falls))

    def told_severity(self, *, confirmed: bool) -> Severity | None:
        """What a person and an alert are told: drift in doubt is a matter of information."""
        in_doubt = self.report.severity and self.doubt(confirmed=confirmed)
        drift = Severity.INFO if in_doubt else self.report.severity
        return _worst(drift, *(fall.severity for fall in self.falls))

    def doubt(self, *, confirmed: bool) -> str:
        """Why drift may be none here; empty if it is gross, confirmed, or over a user's own limit."""
        if self.report.is_gross:
            return ""
        if self.report.calibrating:
            return f"as fewer than {SOME} earlier windows tell how much windows differ when nothing is wrong"
        return "not yet confirmed by further windows" if self.report.windows and not confirmed else ""

    @property
    def is_gross(self) -> bool:
        """Whether one window is enough to be sure that something is wrong."""
        return self.report.is_gross or any(fall.severity is Severity.CRITICAL for fall in self.falls)

    @property
    def verdict(self) -> str:
        """In a sentence about the columns, and one about each fall."""
        return " ".join([self.report.verdict, *(f"{fall.sentence}." for fall in self.falls if fall.fallen)])


def _worst(*severities: Severity | None) -> Severity | None:
    return max((one for one in severities if one), key=lambda severity: severity.rank, default=None)


def judge_window(
    version: ModelVersion,
    window: Window,
    performance: Performance,
    reference: Reference,
    policy: DriftPolicy,
    usual: Sequence[Past],
) -> Judgement:
    """Compare a window and its performance with the reference, by the measure of the ``usual`` windows."""
    before, now, measure = comparable_outcomes(version, reference.profile, window.profile, usual)
    # Whole rows are kept of the training data alone.
    together = window.together if reference.is_training else None
    earlier = [Window(past.profile, past.together) for past in measure]
    report = compare(before, Window(now, together), policy, version.importances | WEIGHTS, earlier)
    return Judgement(report, judge_falls(version, performance, policy, usual))
