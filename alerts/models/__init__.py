"""Tables of alerts: what is wrong, who must be told, and what became of telling them."""

from alerts.models.alert import Alert, AlertEvent, Episode
from alerts.models.notification import DeliveryAttempt, Notification
from alerts.models.personal import MailRefusal, Notice, PostponedMail, Preference, Stance
from alerts.models.policy import Policy
from alerts.models.routing import Channel, EscalationStep, Route
from alerts.models.saved import SavedView
from alerts.models.silence import Silence
from alerts.models.template import MessageTemplate
from alerts.models.watermark import Watermark

__all__ = [
    "Alert",
    "AlertEvent",
    "Channel",
    "DeliveryAttempt",
    "Episode",
    "EscalationStep",
    "MailRefusal",
    "MessageTemplate",
    "Notice",
    "Notification",
    "Policy",
    "PostponedMail",
    "Preference",
    "Route",
    "SavedView",
    "Silence",
    "Stance",
    "Watermark",
]
