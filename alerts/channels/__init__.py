"""Ways to reach people, by the key that a channel's row stores."""

from alerts.channels.apprise import AppriseChannel
from alerts.channels.base import ChannelKind, DeliveryError, Message, NobodyToTell, Receipt
from alerts.channels.email import EmailChannel
from alerts.channels.inbox import InboxChannel
from alerts.channels.pagerduty import PagerDutyChannel
from alerts.channels.personal import PersonalChannel
from alerts.channels.slack import SlackChannel
from alerts.channels.teams import TeamsChannel
from alerts.channels.webhook import WebhookChannel
from dataops.engine.registry import Registry

__all__ = ["CHANNELS", "ChannelKind", "DeliveryError", "Message", "NobodyToTell", "Receipt"]

CHANNELS: Registry[ChannelKind] = Registry("channel kind")
for _kind in (
    EmailChannel(),
    WebhookChannel(),
    SlackChannel(),
    TeamsChannel(),
    PagerDutyChannel(),
    AppriseChannel(),
    InboxChannel(),
    PersonalChannel(),
):
    CHANNELS.register(_kind)
