"""The page that shows a number of a source over its runs."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dataops.engine.metrics import Metric, column_metrics, table_metrics
from dataops.engine.profile import Profile
from dataops.web.htmx import PageRequest
from quality import selectors, services
from quality.forms.trends import TrendForm
from quality.models import DataSource
from quality.presenters import trend_chart, trend_rows

EXTREMES = {"min", "max"}


@require_safe
def source_trend(request: PageRequest, pk: int) -> HttpResponse:
    """A number of the table or of a column, with the band each run was expected in."""
    source = get_object_or_404(DataSource.objects.with_newest_run(), pk=pk)
    found = services.columns_of(source.newest_run)
    column = request.GET.get("column", "")
    profile = found.only(column) if found else None
    form = TrendForm(
        request.GET,
        column=column,
        columns=[name for name in found.names if name] if found else [],
        metrics=_metrics(profile, column),
    )
    metric = form.chosen
    sensitivity = services.watched_with(source, metric.key, column=column)
    points = services.metric_trend(source, metric.key, column=column, sensitivity=sensitivity or "normal")
    known = any(point.value is not None for point in points)
    context = {
        "source": source,
        "tab": "trend",
        "form": form,
        "metric": metric,
        "column": column,
        "sensitivity": sensitivity,
        "chart": trend_chart(metric, points) if known else None,
        "rows": trend_rows(metric, points) if known else [],
        "banded": any(point.band for point in points),
    }
    return render(request, "quality/source_trend.html", context)


def _metrics(profile: Profile | None, column: str) -> list[Metric]:
    """What the newest run knows of the column, or everything where it has no such column."""
    if not column:
        return list(table_metrics())
    hidden = EXTREMES if selectors.hides_extremes(profile, column) else set()
    shown = [metric for metric in column_metrics() if metric.key not in hidden]
    if profile is None or profile.column(column) is None:
        return shown
    return [metric for metric in shown if metric.of(profile, column) is not None] or shown
