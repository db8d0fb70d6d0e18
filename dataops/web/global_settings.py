"""What is set once for everybody: a value by key, who changed it last, and an entry in the audit log."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from dataops.web import audit
from dataops.web.models import GlobalSetting

CHANGED = "setting.changed"


def read(key: str, default: Any) -> Any:
    """The value that was set, or the default; one query."""
    found = GlobalSetting.objects.filter(key=key).values_list("value", flat=True).first()
    return default if found is None else found


def last_change(key: str) -> GlobalSetting | None:
    """Who changed it last and when; None while it is at its default."""
    return GlobalSetting.objects.select_related("changed_by").filter(key=key).first()


@transaction.atomic
def write(key: str, value: Any, *, default: Any, by: Any) -> bool:
    """Set a value and record the change; False when it is what it was."""
    before = read(key, default)
    if before == value:
        return False
    changed = {"value": value, "changed_by": by, "changed_at": timezone.now()}
    row, _created = GlobalSetting.objects.update_or_create(key=key, defaults=changed)
    audit.record(CHANGED, by=by, target=row, changes=_differences(key, before, value, default))
    return True


def _differences(key: str, before: Any, after: Any, default: Any) -> dict[str, list[Any]]:
    """What was and what is, of each value that changed; what was not set was at its default."""
    if not isinstance(after, dict):
        return {key: [before, after]}
    before, after = {**default, **before}, {**default, **after}
    names = [name for name in before | after if before.get(name) != after.get(name)]
    return {name: [before.get(name), after.get(name)] for name in names}
