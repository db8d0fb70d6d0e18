"""Metrics for Prometheus, read from the database when asked: every process would tell the same."""

from collections.abc import Callable, Iterator

from django.db.models import Count
from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dataops.web import health
from dataops.web.runs import kinds

__all__ = ["CONTENT_TYPE", "SOURCES", "text"]


def _runs() -> Iterator[GaugeMetricFamily]:
    family = GaugeMetricFamily("dataops_runs", "Runs by kind and state", labels=["kind", "state"])
    for model in kinds():
        for row in model._default_manager.values("state").annotate(count=Count("pk")):
            family.add_metric([model._meta.model_name or "", row["state"]], row["count"])
    yield family


def _parts() -> Iterator[GaugeMetricFamily]:
    family = GaugeMetricFamily("dataops_part_ok", "1 when the part of the product works", labels=["part"])
    for part in health.parts():
        family.add_metric([part.name], float(part.ok))
    yield family


SOURCES: list[Callable[[], Iterator[GaugeMetricFamily]]] = [_runs, _parts]
"""Other rooms add their own when they start."""


class _Everything(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        for source in SOURCES:
            yield from source()


def text() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything())
    return generate_latest(registry)
