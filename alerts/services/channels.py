"""Setting up channels."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from alerts.channels import CHANNELS, ChannelKind
from alerts.enums import UNFINISHED, NotificationState
from alerts.models import Channel
from alerts.selectors.channels import steps_only_to
from dataops.web import audit
from dataops.web import params as channel_config


def kind_of(key: str) -> ChannelKind:
    """Raises ValidationError that names the known kinds."""
    try:
        return CHANNELS[key]
    except LookupError as unknown:
        raise ValidationError({"kind": str(unknown)}) from None


@transaction.atomic
def create_channel(*, name: str, kind: str, config: Any = None, by: Any, **fields: Any) -> Channel:
    """Raises ValidationError (by field) for an unknown kind or a config its kind does not take."""
    opened, sealed = channel_config.clean_and_seal(
        kind_of(kind), config if config is not None else {}, sealed={}
    )
    channel = Channel(name=name, kind=kind, config=opened, secrets=sealed, **fields)
    channel.full_clean()
    channel.save()
    audit.record("channel.created", by=by, target=channel, changes=_shown(channel))
    return channel


@transaction.atomic
def update_channel(channel: Channel, *, by: Any, config: Any = None, **changes: Any) -> Channel:
    """Change ``name``, ``enabled``, ``per_minute`` or the config; secrets that are not given stay."""
    if config is not None:
        changes["config"], changes["secrets"] = channel_config.clean_and_seal(
            kind_of(channel.kind), config, sealed=channel.secrets
        )
    for name, value in changes.items():
        setattr(channel, name, value)
    channel.full_clean()
    channel.save()
    audit.record("channel.changed", by=by, target=channel, changes=_shown(channel))
    return channel


@transaction.atomic
def delete_channel(channel: Channel, *, by: Any) -> None:
    """Its settings and secrets go for good, and so do steps of escalation that lead nowhere else.

    What waits for it is cancelled; what one worker is just sending may still go out. Routes stay, without
    it, and so does the delivery log, under its name.
    """
    # Locked: until then messages to it may still be written.
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    audit.record("channel.deleted", by=by, target=channel, changes=_shown(channel))
    messages = channel.notifications
    messages.filter(state__in=UNFINISHED).update(
        state=NotificationState.CANCELLED,
        error="Its channel was deleted.",
        lease_token=None,
        lease_until=None,
        finished_at=timezone.now(),
    )
    messages.update(channel_name=channel.name)
    steps_only_to(channel).delete()
    channel.delete()


def _shown(channel: Channel) -> dict[str, Any]:
    config = channel_config.shown(channel.config, channel.secrets)
    return {
        "kind": channel.kind,
        "enabled": channel.enabled,
        "per_minute": channel.per_minute,
        "config": config,
    }
