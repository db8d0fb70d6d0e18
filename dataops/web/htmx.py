"""The request as pages see it: Django's, with what django-htmx and the sign-in added."""

from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """For annotations: ``request.htmx`` is set by middleware, and nobody is anonymous behind the sign-in."""

    htmx: HtmxDetails
    user: User


def wanted_part(request: HttpRequest) -> str:
    """Id of the element htmx will swap; "" for a request of the whole page.

    htmx 4 sends tag and id ("section#standing").
    """
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # set by django_htmx
    return (details.target or "").rpartition("#")[2] if details else ""
