"""What to do when a rule fails, by the place of its alerts."""

from collections.abc import Collection

from quality.models import Check


def runbooks_of(subject_ids: Collection[str]) -> dict[tuple[str, str, str, str], str]:
    """Links of the rules of these sources, as ``alerts.services.runbooks`` asks for them; one query."""
    rules = Check.objects.filter(source__in=_keys(subject_ids)).exclude(runbook_url="")
    rows = rules.values_list("source", "kind", "column", "method", "runbook_url")
    return {
        (str(source), f"quality.{kind}", column, method): url for source, kind, column, method, url in rows
    }


def _keys(subject_ids: Collection[str]) -> list[int]:
    """Other systems report about sources of their own, with ids that are no keys."""
    return [int(one) for one in subject_ids if one.isdecimal() and len(one) < 19]
