"""Drift: does the current window still look like the reference? Profiles in, a report out."""

from dataops.engine.drift.fall import PERFORMANCE, Fall, Metric, judge_fall
from dataops.engine.drift.measure import Kind, Method
from dataops.engine.drift.methods import METHODS
from dataops.engine.drift.policy import Window, compare
from dataops.engine.drift.report import Component, DriftReport, DriftStatus, FeatureDrift, JointDrift
from dataops.engine.drift.rules import DriftPolicy, severity_of
from dataops.engine.drift.together import Together, measure_together
from dataops.engine.protocols import DriftMeasure

__all__ = [
    "METHODS",
    "PERFORMANCE",
    "Component",
    "DriftMeasure",
    "DriftPolicy",
    "DriftReport",
    "DriftStatus",
    "Fall",
    "FeatureDrift",
    "JointDrift",
    "Kind",
    "Method",
    "Metric",
    "Together",
    "Window",
    "compare",
    "judge_fall",
    "measure_together",
    "severity_of",
]
