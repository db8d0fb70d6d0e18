"""Columns of a profile, some at a time."""

from typing import Any

from django.core.paginator import Page, Paginator

from dataops.engine.profile import PackedProfile
from quality import selectors
from quality.presenters import column_rows

COLUMNS_SHOWN = 100


def column_page(profile: PackedProfile | None, number: str | None, *, unmask: bool = False) -> Page[Any]:
    """Some columns as rows of a table; only those are read and masked, as there may be thousands."""
    columns: Any = profile or ()
    page = Paginator(columns, COLUMNS_SHOWN).get_page(number)
    shown = selectors.mask_columns(page.object_list, unmask=unmask)
    return Page(column_rows(shown, first=page.start_index()), page.number, page.paginator)
