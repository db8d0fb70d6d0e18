"""How far models drifted and how requests to them ended, for Prometheus."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric

from dataops.web.metrics import gauge
from models_registry.models import Model
from models_registry.selectors import latest_drift, requests_by_version


def metrics() -> Iterator[Metric]:
    yield from _drift()
    yield _requests()


def _drift() -> Iterator[Metric]:
    drifted = gauge("dataops_model_drifted", "1 when the newest drift run of the model found drift", "model")
    share = gauge("dataops_model_drift_share", "Share of the features that drifted, 0 to 1", "model")
    names = dict(Model.objects.active().values_list("pk", "name"))
    for pk, run in latest_drift(names).items():
        drifted.add_metric([names[pk]], float(bool(run.drifted)))
        if run.share_drifted is not None:
            share.add_metric([names[pk]], run.share_drifted)
    yield from (drifted, share)


def _requests() -> Metric:
    labels = ["model", "version", "outcome"]
    family = CounterMetricFamily("dataops_predict_requests", "Requests for predictions", labels=labels)
    for name, number, outcome, count in requests_by_version():
        family.add_metric([name, str(number), outcome], count)
    return family
