"""Use cases of the quality room: the one door for pages, API, admin, tasks and commands."""

from quality.services.intake import Receipt, receive_upload
from quality.services.planning import limits_of, plan_of
from quality.services.runs import (
    NotAccepted,
    NothingToCheck,
    accept_run,
    baseline_of,
    cancel_run,
    execute_run,
    newest_accepted,
    pin_baseline,
    profile_of,
    request_run,
)
from quality.services.scoring import (
    THRESHOLDS,
    WEIGHTS,
    Thresholds,
    rule_set_of,
    set_scoring,
    set_thresholds,
    set_weights,
    thresholds,
    weights,
)
from quality.services.sources import add_check, configure_check, create_source, delete_source, update_source

__all__ = [
    "THRESHOLDS",
    "WEIGHTS",
    "NotAccepted",
    "NothingToCheck",
    "Receipt",
    "Thresholds",
    "accept_run",
    "add_check",
    "baseline_of",
    "cancel_run",
    "configure_check",
    "create_source",
    "delete_source",
    "execute_run",
    "limits_of",
    "newest_accepted",
    "pin_baseline",
    "plan_of",
    "profile_of",
    "receive_upload",
    "request_run",
    "rule_set_of",
    "set_scoring",
    "set_thresholds",
    "set_weights",
    "thresholds",
    "update_source",
    "weights",
]
