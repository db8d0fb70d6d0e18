"""Links in e-mails that let their reader act without signing in first.

A link names the alert, the episode it was about and the address it was sent to; it is signed, and
works for a week. It acts for the person with that address, who must still be allowed to.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from alerts.enums import Status
from alerts.models import Alert, Episode
from alerts.services.errors import Conflict, ServiceError
from dataops.web import sight
from dataops.web.words import lazy as _

WORKS_FOR = timedelta(days=7)
SALT = "alerts.acknowledge"
LEAVE_SALT = "alerts.unsubscribe"
PERMISSION = "alerts.handle_alert"


class BadLink(ServiceError):  # noqa: N818 - the name is the message
    """A link that was changed, is too old, or whose reader may no longer act."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What a link says: who asks, and about which alert."""

    alert: Alert
    person: Any

    @property
    def all_of_its_report(self) -> dict[int, int]:
        """The alert and the others of its report that nobody is on, as ``acknowledge_many`` takes them."""
        found = Alert.objects.about(self.alert.subject_type, self.alert.subject_id)
        together = found.filter(status=Status.OPEN, evidence_url=self.alert.evidence_url)
        others = together.exclude(evidence_url="").values_list("pk", "version")
        return {**dict(others), self.alert.pk: self.alert.version}


def acknowledge_link(alert_id: int, address: str) -> str:
    """The link for one recipient; empty for an address that belongs to nobody who may acknowledge."""
    if _person(address) is None:
        return ""
    episode = Episode.objects.open().filter(alert=alert_id).values_list("pk", flat=True).first()
    if episode is None:
        return ""
    token = signing.dumps([alert_id, episode, address], salt=SALT, compress=True)
    return f"{settings.PUBLIC_URL}{reverse('alerts:acknowledge_link')}?{urlencode({'token': token})}"


def unsubscribe_link(address: str) -> str:
    """Where whoever has this address takes it off; it never expires, as the mail does not."""
    token = signing.dumps(address, salt=LEAVE_SALT)
    return f"{settings.PUBLIC_URL}{reverse('alerts:unsubscribe')}?{urlencode({'token': token})}"


def read_unsubscribe(token: str) -> str:
    """The address of an unsubscribe link; raises BadLink."""
    try:
        return str(signing.loads(token, salt=LEAVE_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadLink(_("This link is not whole. Open it from the e-mail again.")) from None


def read(token: str) -> Reader:
    """Raises BadLink, or Conflict when the episode the link is about is over."""
    try:
        alert_id, episode_id, address = signing.loads(token, salt=SALT, max_age=WORKS_FOR)
    except signing.SignatureExpired:
        raise BadLink(_("This link is older than a week. Sign in to look at the alert.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise BadLink(_("This link is not whole. Open it from the e-mail again, or sign in.")) from None
    person = _person(address)
    if person is None:
        raise BadLink(_("The address of this link belongs to nobody who may handle alerts."))
    episode = Episode.objects.select_related("alert").filter(pk=episode_id, alert=alert_id).first()
    if episode is None:
        raise BadLink(_("The alert of this link is gone."))
    if sight.hides(sight.hidden_from(person), episode.alert.subject_type, episode.alert.subject_id):
        raise BadLink(_("The alert of this link is about something you may no longer see."))
    if episode.resolved_at is not None:
        raise Conflict(_("This is over: the alert was resolved."))
    return Reader(episode.alert, person)


def _person(address: str) -> Any:
    """Who acts: the one active person with this address, if allowed to; two with one address are nobody."""
    found = list(get_user_model()._default_manager.filter(email__iexact=address, is_active=True)[:2])
    return found[0] if len(found) == 1 and found[0].has_perm(PERMISSION) else None
