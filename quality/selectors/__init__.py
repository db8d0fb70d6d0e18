"""Reads over several tables of the quality room."""

from quality.selectors.catalogue import (
    SortedResults,
    archived_count,
    costliest_results,
    live_runs,
    open_alert_counts,
    recent_runs,
    results_by_dimension,
    runs_of,
    score_trends,
    sorted_results,
    sources,
    sources_by_state,
    summary,
    unusual_results,
    worst_sources,
)
from quality.selectors.comparison import Change, Comparison, compare_runs
from quality.selectors.failing_rows import (
    ShownCell,
    ShownRow,
    ShownRows,
    failing_rows,
    kept_rows,
    shown_rejects,
    shown_texts,
)
from quality.selectors.profiles import hides_extremes, mask_profile
from quality.selectors.schema_history import SchemaEvent, schema_history
from quality.selectors.scores import ScoreDetail, capping_results, score_detail, score_marks
from quality.selectors.suggestions import SuggestionGroup, suggested_columns, suggestion_groups

__all__ = [
    "Change",
    "Comparison",
    "SchemaEvent",
    "ScoreDetail",
    "ShownCell",
    "ShownRow",
    "ShownRows",
    "SortedResults",
    "SuggestionGroup",
    "archived_count",
    "capping_results",
    "compare_runs",
    "costliest_results",
    "failing_rows",
    "hides_extremes",
    "kept_rows",
    "live_runs",
    "mask_profile",
    "open_alert_counts",
    "recent_runs",
    "results_by_dimension",
    "runs_of",
    "schema_history",
    "score_detail",
    "score_marks",
    "score_trends",
    "shown_rejects",
    "shown_texts",
    "sorted_results",
    "sources",
    "sources_by_state",
    "suggested_columns",
    "suggestion_groups",
    "summary",
    "unusual_results",
    "worst_sources",
]
