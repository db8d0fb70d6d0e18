"""Values of the quality room made ready for pages."""

from quality.presenters.charts import (
    accounting_rows,
    column_detail,
    column_rows,
    margin_words,
    score_chart,
    unaccounted,
)
from quality.presenters.failing_rows import narrowed
from quality.presenters.reading import reading_facts
from quality.presenters.report import draw_report
from quality.presenters.trends import trend_chart, trend_rows
from quality.presenters.waterfall import Waterfall, draw_waterfall

__all__ = [
    "Waterfall",
    "accounting_rows",
    "column_detail",
    "column_rows",
    "draw_report",
    "draw_waterfall",
    "margin_words",
    "narrowed",
    "reading_facts",
    "score_chart",
    "trend_chart",
    "trend_rows",
    "unaccounted",
]
