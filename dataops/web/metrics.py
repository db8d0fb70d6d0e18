"""Metrics for Prometheus: read from the database when asked, since every process would tell the same.

Only requests are counted where they happen, see ``requests_seen``.
"""

import shutil
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from dataops.web import health, sight
from dataops.web.models import Heartbeat
from dataops.web.runs import Run, kinds

__all__ = ["CONTENT_TYPE", "SOURCES", "gauge", "text"]


def gauge(name: str, help_text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, labels=labels)


def _runs() -> Iterator[GaugeMetricFamily]:
    family = gauge("dataops_runs", "Runs by kind and state", "kind", "state")
    for model in kinds():
        with sight.for_nobody():  # counts name nothing
            counts = list(model._default_manager.order_by().values_list("state").annotate(Count("pk")))
        for state, count in counts:
            family.add_metric([model._meta.model_name or "", state], count)
    yield family


def _queues() -> Iterator[GaugeMetricFamily]:
    """What is due and not begun, by queue: the age is what more workers would bring down."""
    jobs = gauge("dataops_queue_jobs", "Jobs that are due and not begun", "queue")
    age = gauge("dataops_queue_age_seconds", "Age of the oldest job that is due and not begun", "queue")
    for queue in sorted({model.queue for model in kinds()}):
        waiting = [_waiting(model) for model in kinds() if model.queue == queue]
        jobs.add_metric([queue], sum(count for count, _ in waiting))
        age.add_metric([queue], max(seconds for _, seconds in waiting))
    yield from (jobs, age)


def _waiting(model: type[Run]) -> tuple[int, float]:
    """How many are due, and the age of the oldest in seconds."""
    with sight.for_nobody():
        found = model._default_manager.due().aggregate(count=Count("pk"), oldest=Min("created_at"))
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return found["count"], age


def _parts() -> Iterator[GaugeMetricFamily]:
    family = gauge("dataops_part_ok", "1 when the part of the product works", "part")
    for part in health.parts():
        family.add_metric([part.name], float(part.ok))
    yield family


def _heartbeats() -> Iterator[GaugeMetricFamily]:
    family = gauge("dataops_heartbeat_age_seconds", "Since the part was last seen at work", "part")
    for part, at in Heartbeat.objects.values_list("part", "at"):
        family.add_metric([part], (timezone.now() - at).total_seconds())
    yield family


def _storage() -> Iterator[GaugeMetricFamily]:
    family = gauge("dataops_storage_free_bytes", "Free space where the data lies")
    family.add_metric([], shutil.disk_usage(settings.DATAOPS_HOME).free)
    yield family


SOURCES: list[Callable[[], Iterator[Metric]]] = [_runs, _queues, _parts, _heartbeats, _storage]
"""Other rooms add their own when they start."""


class _Everything(Collector):
    def collect(self) -> Iterator[Metric]:
        for source in SOURCES:
            yield from source()


def text() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything())
    MultiProcessCollector(registry)
    return generate_latest(registry)
