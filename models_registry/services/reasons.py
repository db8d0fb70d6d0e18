"""Why somebody did something, as it is kept in a history."""

from django.core.exceptions import ValidationError

from dataops.web.naming import refuse_unseen
from dataops.web.words import lazy as _
from models_registry.services.errors import NotAccepted

MOST_LENGTH = 500


def told_reason(reason: str, *, missing: str) -> str:
    """The reason in one line. Raises NotAccepted, with ``missing`` where there is none, for one that is too
    long, and for marks that nobody sees."""
    line = " ".join(reason.split())
    if not line:
        raise NotAccepted(missing, location="reason")
    if len(line) > MOST_LENGTH:
        said = _("The reason has %(length)s characters; give at most %(most)s.")
        raise NotAccepted(said % {"length": len(line), "most": MOST_LENGTH}, location="reason")
    try:
        refuse_unseen(line)
    except ValidationError as unseen:
        raise NotAccepted(unseen.messages[0], location="reason") from unseen
    return line
