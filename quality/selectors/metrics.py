"""How good the data is, for Prometheus."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from dataops.web.metrics import gauge
from quality.models import DataSource
from quality.selectors.catalogue import score_trends, sources_by_state


def metrics() -> Iterator[GaugeMetricFamily]:
    states = gauge("dataops_sources", "Data sources by state", "state")
    for state, count in sources_by_state().items():
        states.add_metric([state], count)
    yield states
    scores = gauge("dataops_source_score", "Score of the newest finished run, 0 to 1", "source")
    names = dict(DataSource.objects.active().values_list("pk", "name"))
    for pk, runs in score_trends(names, length=1).items():
        if runs[-1].score is not None:
            scores.add_metric([names[pk]], runs[-1].score)
    yield scores
