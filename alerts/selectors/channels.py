"""What leads to a channel, and goes or stays when it is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from alerts.enums import UNFINISHED
from alerts.models import Channel, EscalationStep, Route


@dataclass(frozen=True, slots=True)
class Leaving:
    """What deleting a channel does: ``stranded`` are the routes that lead nowhere then."""

    routes: Sequence[Route]
    stranded: Sequence[Route]
    steps: Sequence[EscalationStep]
    waiting: int
    logged: int


def leaving_of(channel: Channel) -> Leaving:
    """Six queries."""
    routes = list(channel.routes.prefetch_related("channels"))
    return Leaving(
        routes=routes,
        stranded=[route for route in routes if len(route.channels.all()) == 1],
        steps=list(steps_only_to(channel).select_related("route")),
        waiting=channel.notifications.filter(state__in=UNFINISHED).count(),
        logged=channel.notifications.count(),
    )


def steps_only_to(channel: Channel) -> QuerySet[EscalationStep]:
    """Steps of escalation that tell nobody else."""
    links = EscalationStep.channels.through.objects.filter(escalationstep=OuterRef("pk"))
    return EscalationStep.objects.filter(channels=channel).exclude(Exists(links.exclude(channel=channel)))
