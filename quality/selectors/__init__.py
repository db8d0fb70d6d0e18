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
    worst_sources,
)
from quality.selectors.scores import ScoreDetail, capping_results, score_detail, score_marks

__all__ = [
    "ScoreDetail",
    "SortedResults",
    "archived_count",
    "capping_results",
    "costliest_results",
    "live_runs",
    "open_alert_counts",
    "recent_runs",
    "results_by_dimension",
    "runs_of",
    "score_detail",
    "score_marks",
    "score_trends",
    "sorted_results",
    "sources",
    "sources_by_state",
    "summary",
    "worst_sources",
]
