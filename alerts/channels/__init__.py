"""Ways to reach people, by the key that a channel's row stores."""

from alerts.channels.base import ChannelKind, DeliveryError, Message, NobodyToTell, Receipt
from alerts.channels.email import EmailChannel
from dataops.engine.registry import Registry

__all__ = ["CHANNELS", "ChannelKind", "DeliveryError", "Message", "NobodyToTell", "Receipt"]

CHANNELS: Registry[ChannelKind] = Registry("channel kind")
CHANNELS.register(EmailChannel())
