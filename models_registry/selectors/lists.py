"""Models as rows of a list, and what was done to them."""

from collections.abc import Collection, Iterable

from django.db.models import Count, Q, QuerySet

from alerts.selectors import open_alerts
from models_registry.models import AllowedType, Model, ViolationCount


def models(*, search: str = "", task: str = "") -> QuerySet[Model]:
    """Models in use with owner and champion, without the champions' blobs; one query."""
    rows = Model.objects.active().select_related("owner", "champion").defer("champion__reference_profile")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(description__icontains=search) | Q(tags__icontains=search)
        )
    return rows.filter(task=task) if task else rows


def open_alert_counts(model_ids: Iterable[int]) -> dict[int, int]:
    """Open alerts of each model; one query."""
    ids = [str(pk) for pk in model_ids]
    counts = open_alerts(subject_type="model").filter(subject_id__in=ids).order_by()
    return {int(pk): count for pk, count in counts.values_list("subject_id").annotate(Count("pk"))}


def violations_of(model: Model) -> QuerySet[ViolationCount]:
    """Accepted values that broke the signature, newest day first, with the version; one query."""
    rows = ViolationCount.objects.filter(version__model=model).select_related("version")
    return rows.defer("version__reference_profile", "version__signature")


def added_types() -> QuerySet[AllowedType]:
    """Types added to the allow-list and not taken off again, of all library versions; one query."""
    return AllowedType.objects.filter(removed_at=None).select_related("added_by")


def runbooks_of(subject_ids: Collection[str]) -> dict[tuple[str, str, str, str], str]:
    """Links of these models, as ``alerts.services.runbooks`` asks for them; one query."""
    keys = [int(one) for one in subject_ids if one.isdecimal() and len(one) < 19]
    rows = Model.objects.filter(pk__in=keys).exclude(runbook_url="").values_list("pk", "runbook_url")
    return {(str(pk), "", "", ""): url for pk, url in rows}
