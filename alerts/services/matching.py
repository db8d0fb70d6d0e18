"""The conditions of routes and silences as they are stored."""

from typing import Any

from django.core.exceptions import ValidationError

from alerts.enums import Severity, SubjectType
from alerts.models.matching import CONDITIONS
from dataops.web.runs import Trigger

_ALLOWED = {
    "severity_at_least": set(Severity.values),
    "subject_type": set(SubjectType.values),
    "trigger": set(Trigger.values),
}
_LONGEST = 255


def clean_match(match: Any) -> dict[str, str]:
    """The conditions as they are stored, empty ones left out; ValidationError for anything else.

    A condition with a slip in its name must not turn into one that takes everything.
    """
    if not isinstance(match, dict):
        raise ValidationError({"match": "This must be an object."})
    cleaned = {}
    for name, value in match.items():
        if name not in CONDITIONS:
            raise ValidationError({"match": f"No condition {name!r}; known: {', '.join(CONDITIONS)}."})
        if value in (None, ""):
            continue
        allowed = _ALLOWED.get(name)
        if not _is_plain(value) or (allowed and value not in allowed):
            known = f" known: {', '.join(sorted(allowed))}." if allowed else ""
            raise ValidationError({"match": f"{name} cannot be {str(value)[:80]!r}.{known}"})
        cleaned[name] = value
    return cleaned


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and "\0" not in value
