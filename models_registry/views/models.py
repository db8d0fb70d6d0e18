"""The list of models, and what one model is doing."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alerts.selectors import open_alerts
from models_registry import presenters, selectors, services
from models_registry.enums import Task, VersionState
from models_registry.forms.filters import PredictionFilter
from models_registry.views.common import find_model, tab

PAGE_SIZE = 25
LOG_PAGE_SIZE = 50
METRIC_CAPTION = "{} of the champion by week, over predictions whose truth is known"


@require_safe
def model_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Overview: is it well, since when, and what it is asked."""
    model = find_model(name)
    troubles = list(open_alerts(subject_type="model", subject_id=model.pk)[:10])
    row = presenters.model_rows([model], {model.pk: len(troubles)})[0]
    newest = row.traffic.newest_at
    weeks = selectors.predictions_by_week(model, newest) if newest else []
    return tab(
        request,
        model,
        "overview",
        row=row,
        card=model.champion or selectors.versions_of(model).first(),
        metric_chart=presenters.metric_chart(model, row.measured),
        metric_label=METRIC_CAPTION.format(row.metric),
        traffic_chart=presenters.traffic_chart(weeks),
        facts=presenters.model_facts(model, row.traffic),
        troubles=troubles,
    )


@require_safe
def model_predictions(request: HttpRequest, name: str) -> HttpResponse:
    """The log, newest first."""
    model = find_model(name)
    found = PredictionFilter(request.GET, queryset=selectors.predictions_of(model))
    page = Paginator(found.qs, LOG_PAGE_SIZE).get_page(request.GET.get("page"))
    is_filtered = any(request.GET.get(name) for name in found.filters)
    return tab(
        request,
        model,
        "predictions",
        page_obj=page,
        filter_form=found.form,
        is_filtered=is_filtered,
        waiting=selectors.waiting_rows(model),
    )


@require_safe
def model_versions(request: HttpRequest, name: str) -> HttpResponse:
    model = find_model(name)
    aliases: dict[int, list[str]] = {}
    for alias, version in selectors.aliases_of(model).items():
        aliases.setdefault(version.pk, []).append(alias)
    main = Task(model.task).main_metric
    rows = [
        {
            "version": version,
            "aliases": aliases.get(version.pk, []),
            "value": version.training_metrics.get(main),
        }
        for version in selectors.versions_of(model)[:100]
    ]
    return tab(
        request,
        model,
        "versions",
        rows=rows,
        metric=services.metric_label(main),
        changes=selectors.alias_changes(model)[:50],
        is_live=any(row["version"].state == VersionState.DEPLOYING for row in rows),
    )
