"""Reads over alerts; other rooms use these names and nothing below them."""

from alerts.selectors.alerts import counts_by_severity, held_by, open_alerts, recent_events
from alerts.selectors.analytics import Analytics, analytics
from alerts.selectors.deliveries import deliveries, deliveries_of, last_test
from alerts.selectors.facets import Facets, facets, summary
from alerts.selectors.templates import newest_templates

__all__ = [
    "Analytics",
    "Facets",
    "analytics",
    "counts_by_severity",
    "deliveries",
    "deliveries_of",
    "facets",
    "held_by",
    "last_test",
    "newest_templates",
    "open_alerts",
    "recent_events",
    "summary",
]
