"""Use cases of the quality room: the one door for pages, API, admin, tasks and commands."""

from quality.services.intake import Receipt, receive_upload
from quality.services.planning import limits_of, plan_of
from quality.services.runs import (
    NothingToCheck,
    accept_run,
    cancel_run,
    execute_run,
    newest_accepted,
    profile_of,
    request_run,
)
from quality.services.sources import add_check, configure_check, create_source, delete_source, update_source

__all__ = [
    "NothingToCheck",
    "Receipt",
    "accept_run",
    "add_check",
    "cancel_run",
    "configure_check",
    "create_source",
    "delete_source",
    "execute_run",
    "limits_of",
    "newest_accepted",
    "plan_of",
    "profile_of",
    "receive_upload",
    "request_run",
    "update_source",
]
