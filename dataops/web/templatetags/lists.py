"""Tags of lists: headers that sort."""

from typing import Any

from django import template
from django.template.context import Context

register = template.Library()


@register.inclusion_tag("components/_sortable.html", takes_context=True)
def sortable(
    context: Context,
    column: str,
    label: str,
    kind: str = "",
    name: str = "sort",
    *,
    falls: bool = False,
    help: str = "",
) -> dict[str, Any]:
    """A header whose link sorts by ``column``, and by a second click the other way round.

    ``name`` is that of the parameter in the address; ``kind`` are classes. Numbers ("num") begin with the
    largest, and so does what ``falls``. ``help`` is the key of an explanation.
    """
    query = context["request"].GET.copy()
    rising, falling = column, f"-{column}"
    now = query.get(name)
    begins = falling if falls or "num" in kind else rising
    query.pop("page", None)
    query[name] = {rising: falling, falling: rising}.get(now, begins)
    directions = {rising: "ascending", falling: "descending"}
    return {
        "url": f"?{query.urlencode()}",
        "label": label,
        "kind": kind,
        "direction": directions.get(now),
        "help": help,
    }
