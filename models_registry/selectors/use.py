"""What models and versions are asked, and how long they take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from models_registry.enums import PerformanceKind, RequestOutcome
from models_registry.models import Model, ModelPerformance, ModelVersion, Prediction, RequestCount
from models_registry.selectors.weeks import DAY

LATENCY_SAMPLE = 200
DAYS_COUNTED = 7


@dataclass(frozen=True, slots=True)
class Traffic:
    """Predictions of a model ever and in the last 24 hours, those with truth, and the newest one's time."""

    total: int = 0
    day: int = 0
    labelled: int = 0
    newest_at: datetime | None = None


def traffic(model_ids: Iterable[int]) -> dict[int, Traffic]:
    """What each model was asked; one query over indexes."""
    log = Prediction.objects.filter(model=OuterRef("pk")).order_by()
    counted = log.values("model").annotate(found=Count("pk")).values("found")
    # The truth is counted when it is measured: the log itself has no index on it.
    measured = ModelPerformance.objects.filter(version__model=OuterRef("pk"), kind=PerformanceKind.REALISED)
    labelled = measured.order_by().values("version__model").annotate(found=Sum("rows")).values("found")
    rows = Model.objects.filter(pk__in=list(model_ids)).values_list(
        "pk",
        F("predictions_removed") + Coalesce(Subquery(counted), 0),
        Coalesce(Subquery(counted.filter(predicted_at__gte=timezone.now() - DAY)), 0),
        Coalesce(Subquery(labelled), 0),
        Subquery(log.order_by("-predicted_at").values("predicted_at")[:1]),
    )
    return {pk: Traffic(*found) for pk, *found in rows}


def latencies(model_ids: Sequence[int]) -> dict[int, list[float]]:
    """Seconds the model took, of those of each model's newest 200 predictions that were timed; one query.

    An index finds the newest of each model, so it costs the same however long the log is.
    """
    if not model_ids:
        return {}
    log = Prediction.objects.order_by("-predicted_at", "-pk")
    newest = [Q(pk__in=Subquery(log.filter(model_id=pk).values("pk")[:LATENCY_SAMPLE])) for pk in model_ids]
    timed = Prediction.objects.filter(reduce(or_, newest)).exclude(latency_seconds=None).order_by()
    found: dict[int, list[float]] = {}
    for model_id, seconds in timed.values_list("model_id", "latency_seconds"):
        found.setdefault(model_id, []).append(seconds or 0.0)
    return found


@dataclass(frozen=True, slots=True)
class VersionUse:
    """What one version was asked: ever, in the last 24 hours, and the seconds of its newest timed answers.

    ``requests`` are those of today and the six days before (UTC), by how they ended.
    """

    version: ModelVersion
    total: int
    day: int
    seconds: list[float]
    requests: dict[str, int]

    @property
    def latency_p95_seconds(self) -> float | None:
        return p95(self.seconds)

    @property
    def asked(self) -> int:
        return sum(self.requests.values())

    @property
    def refused_fraction(self) -> float | None:
        """Share of the requests that broke the signature or another rule; None without any."""
        return self._share(RequestOutcome.REFUSED)

    @property
    def failed_fraction(self) -> float | None:
        """Share of the requests that we could not answer; None without any."""
        return self._share(RequestOutcome.FAILED)

    def _share(self, outcome: str) -> float | None:
        return self.requests.get(outcome, 0) / self.asked if self.asked else None


def use_by_version(model: Model) -> list[VersionUse]:
    """Of the newest 20 ready versions, newest first; two queries, and a short one for each version."""
    log = Prediction.objects.filter(version=OuterRef("pk")).order_by().values("version")
    counted = log.annotate(found=Count("pk")).values("found")
    rows = model.versions.ready().without_blobs().order_by("-number")[:20]
    versions = rows.annotate(
        total=Coalesce(Subquery(counted), 0),
        day=Coalesce(Subquery(counted.filter(predicted_at__gte=timezone.now() - DAY)), 0),
    )
    ended = _requests_of(model)
    return [
        VersionUse(version, version.total, version.day, _newest_latencies(version), ended.get(version.pk, {}))
        for version in versions
    ]


def _requests_of(model: Model) -> dict[int, dict[str, int]]:
    since = timezone.now().date() - timedelta(days=DAYS_COUNTED - 1)
    rows = RequestCount.objects.filter(version__model=model, day__gte=since).order_by()
    found: dict[int, dict[str, int]] = {}
    for pk, outcome, count in rows.values_list("version_id", "outcome").annotate(Sum("count")):
        found.setdefault(pk, {})[outcome] = count
    return found


def requests_by_version() -> list[tuple[str, int, str, int]]:
    """How all requests ended: model, version, outcome, how many; one query."""
    rows = RequestCount.objects.order_by().values_list("version__model__name", "version__number", "outcome")
    return list(rows.annotate(Sum("count")))


def _newest_latencies(version: ModelVersion) -> list[float]:
    newest = version.predictions.order_by("-predicted_at").values_list("latency_seconds", flat=True)
    return [seconds for seconds in newest[:LATENCY_SAMPLE] if seconds is not None]


def p95(seconds: Sequence[float]) -> float | None:
    """The value that 95 % do not exceed (nearest rank); None of nothing.

    >>> p95([float(n) for n in range(1, 101)]), p95([0.5]), p95([])
    (95.0, 0.5, None)
    """
    ordered = sorted(seconds)
    return ordered[-(-95 * len(ordered) // 100) - 1] if ordered else None


def waiting_rows(model: Model) -> int:
    """How many predictions a worker has yet to file in the log."""
    return model.waiting_batches.aggregate(rows=Sum("rows"))["rows"] or 0


def predictions_of(model: Model) -> QuerySet[Prediction]:
    """The log, newest first, with the number of the version; one query."""
    rows = model.predictions.select_related("version").order_by("-predicted_at", "-pk")
    return rows.only(
        "prediction_id", "features", "prediction", "probabilities", "actual", "actual_at", "predicted_at",
        "latency_seconds", "model_id", "version__number",
    )  # fmt: skip
