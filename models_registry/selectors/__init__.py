"""Reads over the tables of the registry, by subject; each says what it costs."""

from models_registry.selectors.alerting import open_alert_counts
from models_registry.selectors.drift import (
    backtests_of,
    drift_runs_of,
    drift_states,
    effect_histories,
    latest_drift,
    models_needing_attention,
    recent_runs,
    windows_of,
)
from models_registry.selectors.jobs import ingest_runs_of, scoring_runs_of
from models_registry.selectors.lists import (
    ARCHIVED,
    FILTERS,
    added_types,
    count_by_state,
    models,
    runbooks_of,
    violations_of,
)
from models_registry.selectors.performance import (
    HISTORY_LENGTH,
    headline,
    main_history,
    main_value,
    measured_by_version,
    newest_realised,
    performance_histories,
    performance_of,
)
from models_registry.selectors.serving import served
from models_registry.selectors.totals import summary
from models_registry.selectors.use import (
    LATENCY_SAMPLE,
    Traffic,
    VersionUse,
    latencies,
    p95,
    predictions_of,
    requests_by_version,
    traffic,
    use_by_version,
    waiting_rows,
)
from models_registry.selectors.versions import alias_changes, aliases_of, versions_of
from models_registry.selectors.weeks import DAY, WEEK, WEEKS_SHOWN, predictions_by_week, week_of

__all__ = [
    "ARCHIVED",
    "DAY",
    "FILTERS",
    "HISTORY_LENGTH",
    "LATENCY_SAMPLE",
    "WEEK",
    "WEEKS_SHOWN",
    "Traffic",
    "VersionUse",
    "added_types",
    "alias_changes",
    "aliases_of",
    "backtests_of",
    "count_by_state",
    "drift_runs_of",
    "drift_states",
    "effect_histories",
    "headline",
    "ingest_runs_of",
    "latencies",
    "latest_drift",
    "main_history",
    "main_value",
    "measured_by_version",
    "models",
    "models_needing_attention",
    "newest_realised",
    "open_alert_counts",
    "p95",
    "performance_histories",
    "performance_of",
    "predictions_by_week",
    "predictions_of",
    "recent_runs",
    "requests_by_version",
    "runbooks_of",
    "scoring_runs_of",
    "served",
    "summary",
    "traffic",
    "use_by_version",
    "versions_of",
    "violations_of",
    "waiting_rows",
    "week_of",
    "windows_of",
]
