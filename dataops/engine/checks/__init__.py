"""Checks: each measures one thing in a profile; limits turn the measurement into an outcome."""

from dataops.engine.checks.completeness import Completeness
from dataops.engine.checks.duplicates import Duplicates
from dataops.engine.checks.grade import grade
from dataops.engine.checks.metric_anomaly import MetricAnomaly
from dataops.engine.checks.missing_values import MissingValues
from dataops.engine.checks.outliers import Outliers
from dataops.engine.checks.params import make_params
from dataops.engine.checks.rejected_records import RejectedRecords
from dataops.engine.checks.row_count import RowCount
from dataops.engine.checks.schema_changes import SchemaChange, compare_schemas
from dataops.engine.checks.schema_drift import SchemaDrift
from dataops.engine.checks.spec import CheckSpec
from dataops.engine.checks.types import Types
from dataops.engine.checks.volume_anomaly import VolumeAnomaly
from dataops.engine.protocols import Check, Context, Limits, Measurement
from dataops.engine.registry import Registry

__all__ = [
    "CHECKS",
    "Check",
    "CheckSpec",
    "Context",
    "Limits",
    "Measurement",
    "SchemaChange",
    "compare_schemas",
    "grade",
    "make_params",
]

CHECKS: Registry[Check] = Registry("check")
for _check in (
    MissingValues(),
    Completeness(),
    Duplicates(),
    Types(),
    RejectedRecords(),
    SchemaDrift(),
    Outliers(),
    RowCount(),
    MetricAnomaly(),
    VolumeAnomaly(),
):
    CHECKS.register(_check)
