"""Models as rows of a list, and what was done to them."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, QuerySet, Subquery

from dataops.web.lists import belonging
from models_registry.models import AllowedType, DriftRun, Model, ViolationCount
from models_registry.selectors.ordering import ordered

ARCHIVED = "archived"
FILTERS = ("q", "task", "state", "owner", "tag", "sort")
"""What the list of models can be narrowed to and sorted by, as its address has it."""


def models(
    *, search: str = "", task: str = "", state: str = "", owner: str = "", tag: str = "", sort: str = ""
) -> QuerySet[Model]:
    """Models in use (or, as a state, the archived ones) with owner and champion, without its blobs.

    One query, two with a ``tag``. ``sort`` as of ``ordered``, with "-" in front the other way round.
    """
    rows = Model.objects.exclude(archived_at=None) if state == ARCHIVED else Model.objects.active()
    rows = rows.select_related("owner", "champion").defer("champion__reference_profile")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(description__icontains=search) | Q(tags__icontains=search)
        )
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    found = belonging(rows.filter(task=task) if task else rows, owner=owner, tag=tag)
    return ordered(found.alias(share_drifted=Subquery(newest.values("share_drifted")[:1])), sort)


def archived_count() -> int:
    return Model.objects.exclude(archived_at=None).count()


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
