"""Views of the list that people keep."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from alerts.models import SavedView
from dataops.web import audit
from dataops.web.words import lazy as _

MOST_VIEWS = 50


@transaction.atomic
def save_view(*, name: str, query: str, by: Any, shared: bool = False) -> SavedView:
    """Keep filters under a name; the same name again changes that view.

    ``query`` must have been checked by ``forms.clean_query``. ValidationError with the field.
    """
    if not name.strip():
        raise ValidationError({"name": "Give the view a name."})
    mine = SavedView.objects.filter(owner=by)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise ValidationError(
            _("%(most)s views are the most one person may keep. Delete one first.") % {"most": MOST_VIEWS}
        )
    view = mine.filter(name=name).first() or SavedView(owner=by, name=name)
    view.query, view.shared = query, shared
    view.full_clean()
    view.save()
    audit.record("alert_view.saved", by=by, target=view, changes={"query": query, "shared": shared})
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Any) -> None:
    audit.record("alert_view.deleted", by=by, target=view, changes={"query": view.query})
    view.delete()
