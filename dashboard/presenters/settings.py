"""Every setting of every room, in one list that can be searched."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from alerts import services as alerts
from dashboard.services import weekly
from dataops.web import environment, features
from dataops.web.declared import Group, Setting, Standing, standings
from models_registry import services as models
from quality import services as quality

GROUPS = (
    quality.THRESHOLD_SETTINGS,
    quality.WEIGHT_SETTINGS,
    models.DRIFT_SETTINGS,
    alerts.RETENTION,
    weekly.SETTINGS,
    features.SETTINGS,
    *environment.GROUPS,
)


def groups(text: str = "", *, to: Any) -> Iterator[tuple[Group, list[Standing]]]:
    """The settings that somebody may see and that bear every word of ``text``."""
    words = text.lower().split()
    seen = [group for group in GROUPS if not group.permission or to.has_perm(group.permission)]
    for group, standing in zip(seen, standings(seen, to=to), strict=True):
        found = [one for one in standing if _bears(words, group, one.setting)]
        if found:
            yield group, found


@cache
def rows_in_words() -> dict[str, tuple[str, str]]:
    """What people call each row that is stored, and the route of its page.

    A row of several settings goes by their group.
    """
    return {
        setting.row: (setting.label if setting.row == setting.name else group.title, group.page)
        for group in GROUPS
        for setting in group.settings
    }


def _bears(words: list[str], group: Group, setting: Setting) -> bool:
    said = f"{group.title} {setting.key} {setting.label} {setting.effect}".lower()
    return all(word in said for word in words)


def find(key: str) -> tuple[Group, Setting]:
    """The setting of this key and its group; raises LookupError."""
    for group in GROUPS:
        for setting in group.settings:
            if setting.key == key:
                return group, setting
    raise LookupError(f"There is no setting {key!r}.")
