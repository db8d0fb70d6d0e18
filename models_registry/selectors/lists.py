"""Models as rows of a list, and what was done to them."""

from collections.abc import Collection

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery

from dataops.web.lists import belonging
from models_registry.models import AllowedType, DriftRun, Model, ViolationCount
from models_registry.selectors.ordering import ordered

ARCHIVED = "archived"
DRIFT_STATES = {"drifted": True, "stable": False, "unchecked": None}
FILTERS = ("q", "task", "state", "owner", "tag", "sort")
"""What the list of models can be narrowed to and sorted by, as its address has it."""


def models(
    *, search: str = "", task: str = "", state: str = "", owner: str = "", tag: str = "", sort: str = ""
) -> QuerySet[Model]:
    """Models in use with owner and champion, without its blobs; one query, two with a ``tag``.

    ``state`` is one of DRIFT_STATES, or ARCHIVED for those out of use. ``sort`` as of ``ordered``, with "-"
    in front the other way round.
    """
    rows = Model.objects.exclude(archived_at=None) if state == ARCHIVED else Model.objects.active()
    rows = rows.select_related("owner", "champion").defer("champion__reference_profile")
    if search:
        rows = rows.filter(
            Q(name__icontains=search) | Q(description__icontains=search) | Q(tags__icontains=search)
        )
    found = belonging(rows.filter(task=task) if task else rows, owner=owner, tag=tag)
    if state in DRIFT_STATES:
        found = found.alias(drifted=_newest("drifted")).filter(drifted=DRIFT_STATES[state])
    return ordered(found.alias(share_drifted=_newest("share_drifted")), sort)


def _newest(column: str) -> Subquery:
    """Of the newest finished drift check of the champion; None where there was none."""
    newest = DriftRun.objects.finished().filter(version=OuterRef("champion")).order_by("-created_at", "-pk")
    return Subquery(newest.values(column)[:1])


def count_by_state() -> dict[str, int]:
    """Models in use in each of DRIFT_STATES, and those that are ARCHIVED; one query."""
    found = Model.objects.order_by().annotate(
        drifted=_newest("drifted"),
        is_archived=ExpressionWrapper(Q(archived_at__isnull=False), BooleanField()),
    )
    counts = dict.fromkeys((*DRIFT_STATES, ARCHIVED), 0)
    words = {drifted: state for state, drifted in DRIFT_STATES.items()}
    for drifted, is_archived, count in found.values_list("drifted", "is_archived").annotate(Count("pk")):
        counts[ARCHIVED if is_archived else words[drifted]] += count
    return counts


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
