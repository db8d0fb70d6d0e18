"""Tells a service of somebody else that the product lives: when it hears nothing, it tells you.

That is the one fault the product cannot tell of itself: that all of it is gone.
"""

import structlog
from django.conf import settings

from dataops.web import safe_http

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 10.0


def call() -> bool:
    """POST to ``DEAD_MAN_URL``; False when there is none, or it did not take it, which stops nothing."""
    if not settings.DEAD_MAN_URL:
        return False
    try:
        reply = safe_http.post(settings.DEAD_MAN_URL, b"", headers={}, seconds=ANSWER_SECONDS)
    except safe_http.OutboundError as fault:
        log.warning("dead-man URL did not answer", fault=str(fault))
        return False
    if reply.status >= 400:
        log.warning("dead-man URL refused", status=reply.status)
    return reply.status < 400
