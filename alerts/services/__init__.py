"""What can be done with alerts; other rooms use these names and nothing below them."""

from alerts.services import links
from alerts.services.alertmanager import Told, take_alertmanager
from alerts.services.backtests import Proposal, adopt_proposal, proposals, replay
from alerts.services.channels import create_channel, delete_channel, update_channel
from alerts.services.defaults import ensure_defaults
from alerts.services.delivery import deliver_due
from alerts.services.digests import send_digests
from alerts.services.errors import Conflict, ServiceError
from alerts.services.escalation import call_more
from alerts.services.external import OutsideReport, report_from_outside
from alerts.services.handling import (
    BulkResult,
    acknowledge,
    acknowledge_many,
    assign,
    assign_many,
    comment,
    reopen,
    reopen_many,
    resolve,
    resolve_many,
    snooze,
    snooze_many,
    unsnooze,
)
from alerts.services.identity import Evidence, Subject
from alerts.services.inbox import read, read_about
from alerts.services.later import lapse, release, remind
from alerts.services.letters import post_letter
from alerts.services.mailing import allow_mail, refuse_mail, send_postponed
from alerts.services.outbox import retry, send_test
from alerts.services.patience import Patience, comes_and_goes
from alerts.services.personal import change_preference, drop_stance, take_stance
from alerts.services.policies import create_policy, delete_policy, update_policy
from alerts.services.previews import RoutePreview, preview_route
from alerts.services.quiet import Hold, Quiet
from alerts.services.removal import close_rule, close_subject
from alerts.services.reporting import report, waiting_findings
from alerts.services.retention import (
    LEAST_DAYS,
    MOST_DAYS,
    Removal,
    Retention,
    changed_retention,
    current_retention,
    preview_removal,
    remove_old,
    set_retention,
)
from alerts.services.retention import SETTINGS as RETENTION
from alerts.services.routes import create_route, delete_route, update_route
from alerts.services.routing import routes_in_use, routing_of
from alerts.services.runbooks import Runbooks
from alerts.services.saved import delete_view, save_view
from alerts.services.silences import create_silence, end_silence, update_silence
from alerts.services.system import SystemWatch
from alerts.services.templates import preview_template, reset_template, save_template

__all__ = [
    "LEAST_DAYS",
    "MOST_DAYS",
    "RETENTION",
    "BulkResult",
    "Conflict",
    "Evidence",
    "Hold",
    "OutsideReport",
    "Patience",
    "Proposal",
    "Quiet",
    "Removal",
    "Retention",
    "RoutePreview",
    "Runbooks",
    "ServiceError",
    "Subject",
    "SystemWatch",
    "Told",
    "acknowledge",
    "acknowledge_many",
    "adopt_proposal",
    "allow_mail",
    "assign",
    "assign_many",
    "call_more",
    "change_preference",
    "changed_retention",
    "close_rule",
    "close_subject",
    "comes_and_goes",
    "comment",
    "create_channel",
    "create_policy",
    "create_route",
    "create_silence",
    "current_retention",
    "delete_channel",
    "delete_policy",
    "delete_route",
    "delete_view",
    "deliver_due",
    "drop_stance",
    "end_silence",
    "ensure_defaults",
    "lapse",
    "links",
    "post_letter",
    "preview_removal",
    "preview_route",
    "preview_template",
    "proposals",
    "read",
    "read_about",
    "refuse_mail",
    "release",
    "remind",
    "remove_old",
    "reopen",
    "reopen_many",
    "replay",
    "report",
    "report_from_outside",
    "reset_template",
    "resolve",
    "resolve_many",
    "retry",
    "routes_in_use",
    "routing_of",
    "save_template",
    "save_view",
    "send_digests",
    "send_postponed",
    "send_test",
    "set_retention",
    "snooze",
    "snooze_many",
    "take_alertmanager",
    "take_stance",
    "unsnooze",
    "update_channel",
    "update_policy",
    "update_route",
    "update_silence",
    "waiting_findings",
]
