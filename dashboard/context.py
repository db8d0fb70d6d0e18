"""What every page's frame shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alerts import selectors as alerts
from dataops.web.locale import locale_of
from dataops.web.script_words import script_words

THEMES = ("auto", "light", "dark")
SECTIONS = ("quality", "models", "alerts", "settings", "dashboard")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, theme and the bell; what waits is counted only if a template asks."""
    match = request.resolver_match
    section = match.namespace if match else ""
    if match and match.route.startswith("accounts/"):
        section = "settings"  # second factors stand among one's own settings
    theme = request.COOKIES.get("theme", "auto")
    return {
        "nav_active": section if section in SECTIONS else "",
        "frame": SimpleLazyObject(lambda: alerts.frame(request.user)),
        "product_version": settings.DATAOPS_VERSION,
        "theme": theme if theme in THEMES else "auto",
        "time_zone": locale_of(getattr(request, "user", None)).time_zone,
        "script_words": script_words,
    }
