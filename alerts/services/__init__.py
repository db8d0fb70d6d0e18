"""What can be done with alerts; other rooms use these names and nothing below them."""

from alerts.services.channels import create_channel, ensure_defaults, update_channel
from alerts.services.delivery import deliver_due
from alerts.services.errors import Conflict, ServiceError
from alerts.services.external import OutsideReport, report_from_outside
from alerts.services.handling import (
    BulkResult,
    acknowledge,
    acknowledge_many,
    assign,
    comment,
    reopen,
    resolve,
    resolve_many,
)
from alerts.services.identity import Evidence, Subject
from alerts.services.outbox import retry, send_test
from alerts.services.removal import close_subject
from alerts.services.reporting import report
from alerts.services.routes import create_route, delete_route, update_route

__all__ = [
    "BulkResult",
    "Conflict",
    "Evidence",
    "OutsideReport",
    "ServiceError",
    "Subject",
    "acknowledge",
    "acknowledge_many",
    "assign",
    "close_subject",
    "comment",
    "create_channel",
    "create_route",
    "delete_route",
    "deliver_due",
    "ensure_defaults",
    "reopen",
    "report",
    "report_from_outside",
    "resolve",
    "resolve_many",
    "retry",
    "send_test",
    "update_channel",
    "update_route",
]
