"""Columns of a profile, some at a time."""

from typing import Any

from django.core.paginator import Page, Paginator

from dataops.engine.profile import Profile
from quality import selectors
from quality.presenters import column_rows

COLUMNS_SHOWN = 100


def column_page(profile: Profile | None, number: str | None, *, unmask: bool = False) -> Page[Any]:
    """Some columns as rows of a table; only those are masked, as there may be thousands."""
    page = Paginator(profile.columns if profile else (), COLUMNS_SHOWN).get_page(number)
    shown = selectors.mask_columns(page.object_list, unmask=unmask)
    return Page(column_rows(shown, first=page.start_index()), page.number, page.paginator)
