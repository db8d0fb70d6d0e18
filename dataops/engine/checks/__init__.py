"""Checks: each measures one thing in a profile; limits turn the measurement into an outcome."""

from dataops.engine.checks.between import METRICS_BETWEEN
from dataops.engine.checks.compare_columns import CompareColumns
from dataops.engine.checks.compare_rows import CompareRows
from dataops.engine.checks.compare_source import CompareSource
from dataops.engine.checks.completeness import Completeness
from dataops.engine.checks.conditional import Conditional
from dataops.engine.checks.distribution_drift import DistributionDrift
from dataops.engine.checks.duplicates import Duplicates
from dataops.engine.checks.expression import Expression
from dataops.engine.checks.foreign_key import ForeignKey
from dataops.engine.checks.format import Format
from dataops.engine.checks.freshness import Freshness
from dataops.engine.checks.functional_dependency import FunctionalDependency
from dataops.engine.checks.grade import grade
from dataops.engine.checks.in_set import InSet
from dataops.engine.checks.metric_anomaly import MetricAnomaly
from dataops.engine.checks.missing_tokens import MissingTokens
from dataops.engine.checks.missing_values import MissingValues
from dataops.engine.checks.monotonic import Monotonic
from dataops.engine.checks.near_constant import NearConstant
from dataops.engine.checks.near_duplicates import NearDuplicates
from dataops.engine.checks.not_in_set import NotInSet
from dataops.engine.checks.outliers import Outliers
from dataops.engine.checks.params import Kind, Parameter, make_params, parameters_of, plain_params
from dataops.engine.checks.quantile_between import QuantileBetween
from dataops.engine.checks.regex import Regex
from dataops.engine.checks.rejected_records import RejectedRecords
from dataops.engine.checks.row_count import RowCount
from dataops.engine.checks.schema import Schema
from dataops.engine.checks.schema_changes import (
    SchemaChange,
    compare_schemas,
    compare_writing,
    expected_types,
)
from dataops.engine.checks.schema_drift import SchemaDrift
from dataops.engine.checks.spec import CheckSpec
from dataops.engine.checks.sql_rows import SqlRows
from dataops.engine.checks.sql_value import SqlValue
from dataops.engine.checks.text_length import TextLength
from dataops.engine.checks.time_gaps import TimeGaps
from dataops.engine.checks.types import Types
from dataops.engine.checks.unique import Unique
from dataops.engine.checks.unique_together import UniqueTogether
from dataops.engine.checks.units import limit_unit, limits_in_words, setting_in_words
from dataops.engine.checks.unreadable_text import UnreadableText
from dataops.engine.checks.value_range import ValueRange
from dataops.engine.checks.volume_anomaly import VolumeAnomaly
from dataops.engine.protocols import Check, Context, Limits, Measurement
from dataops.engine.registry import Registry
from dataops.engine.units import FRACTION, in_words

__all__ = [
    "CHECKS",
    "FRACTION",
    "Check",
    "CheckSpec",
    "Context",
    "Kind",
    "Limits",
    "Measurement",
    "Parameter",
    "SchemaChange",
    "compare_schemas",
    "compare_writing",
    "expected_types",
    "grade",
    "in_words",
    "limit_unit",
    "limits_in_words",
    "make_params",
    "parameters_of",
    "plain_params",
    "setting_in_words",
]

CHECKS: Registry[Check] = Registry("check")
for _check in (
    MissingValues(),
    Completeness(),
    Duplicates(),
    Types(),
    RejectedRecords(),
    UnreadableText(),
    SchemaDrift(),
    Outliers(),
    RowCount(),
    MetricAnomaly(),
    VolumeAnomaly(),
    MissingTokens(),
    Unique(),
    UniqueTogether(),
    NearDuplicates(),
    ValueRange(),
    InSet(),
    NotInSet(),
    Format(),
    Regex(),
    TextLength(),
    Expression(),
    SqlRows(),
    SqlValue(),
    Conditional(),
    CompareColumns(),
    FunctionalDependency(),
    ForeignKey(),
    CompareSource(),
    CompareRows(),
    Monotonic(),
    NearConstant(),
    DistributionDrift(),
    *METRICS_BETWEEN,
    QuantileBetween(),
    Freshness(),
    TimeGaps(),
    Schema(),
):
    CHECKS.register(_check)
