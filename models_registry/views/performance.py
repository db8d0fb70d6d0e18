"""How good a model is: measured once the truth is known, estimated before."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from models_registry import presenters, selectors, services
from models_registry.enums import Task
from models_registry.views.common import find_model, tab

PAGE_SIZE = 50


@require_safe
def model_performance(request: HttpRequest, name: str) -> HttpResponse:
    model = find_model(name)
    page = Paginator(selectors.performance_of(model), PAGE_SIZE).get_page(request.GET.get("page"))
    measured = selectors.measured_by_version(model).get(model.champion_id or 0, [])
    trust = services.trust_of(model.task, measured)
    return tab(
        request,
        model,
        "performance",
        page_obj=page,
        rows=presenters.measurement_rows(page, model),
        chart=presenters.performance_chart(model, measured, trust),
        chart_label=presenters.PERFORMANCE_CAPTION.format(
            presenters.metric_label(Task(model.task).main_metric)
        ),
        estimate=presenters.estimate_card(model, trust),
        names=[(key, presenters.metric_label(key)) for key in presenters.shown_metrics(model.task)],
    )
