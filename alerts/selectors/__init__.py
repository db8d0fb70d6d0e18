"""Reads over alerts; other rooms use these names and nothing below them."""

from alerts.selectors.alerts import (
    MOST_EVENTS,
    counts_by_severity,
    episodes_of,
    holding,
    newest_events,
    open_alerts,
    recent_events,
)
from alerts.selectors.analytics import Analytics, analytics
from alerts.selectors.causes import Causes, following
from alerts.selectors.channels import Leaving, leaving_of
from alerts.selectors.deliveries import deliveries, deliveries_of, last_test
from alerts.selectors.facets import Facets, facets, summary
from alerts.selectors.inbox import Bell, Frame, bell, frame, inbox, unread_mark
from alerts.selectors.people import is_unsubscribed, preference_of, side_of, stances_of
from alerts.selectors.saved import kept_views
from alerts.selectors.sections import Section, sections
from alerts.selectors.similar import similar_endings
from alerts.selectors.templates import newest_templates
from alerts.selectors.usefulness import called_not_useful

__all__ = [
    "MOST_EVENTS",
    "Analytics",
    "Bell",
    "Causes",
    "Facets",
    "Frame",
    "Leaving",
    "Section",
    "analytics",
    "bell",
    "called_not_useful",
    "counts_by_severity",
    "deliveries",
    "deliveries_of",
    "episodes_of",
    "facets",
    "following",
    "frame",
    "holding",
    "inbox",
    "is_unsubscribed",
    "kept_views",
    "last_test",
    "leaving_of",
    "newest_events",
    "newest_templates",
    "open_alerts",
    "preference_of",
    "recent_events",
    "sections",
    "side_of",
    "similar_endings",
    "stances_of",
    "summary",
    "unread_mark",
]
