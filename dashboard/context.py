"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alerts import selectors as alerts

THEMES = ("auto", "light", "dark")
SECTIONS = ("quality", "models", "alerts", "settings", "dashboard")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, theme and the bell; what waits is counted only if a template asks."""
    match = request.resolver_match
    theme = request.COOKIES.get("theme", "auto")
    return {
        "nav_active": match.namespace if match and match.namespace in SECTIONS else "",
        "frame": SimpleLazyObject(lambda: alerts.frame(request.user)),
        "product_version": settings.DATAOPS_VERSION,
        "theme": theme if theme in THEMES else "auto",
    }
