"""Use cases of the quality room: the one door for pages, API, admin, tasks and commands."""

from quality.services.backtesting import Tried, stored_runs, try_rule
from quality.services.connecting import (
    connect_source,
    growth_of,
    has_readable_secrets,
    look_at,
    origin_of,
    shown_config,
)
from quality.services.contract_diff import Change, RuleDiff, compare_contracts
from quality.services.contracts import ContractPlan, apply_contract, export_contract, plan_contract
from quality.services.copying import Copied, copy_rules
from quality.services.deciding import accept_suggestions, dismiss_suggestions, rule_of
from quality.services.editing import clean_importance, edit_source, open_source
from quality.services.erasing import erase_values
from quality.services.expecting import NotUnusual, expect_result
from quality.services.failing_rows import purge_failing_rows
from quality.services.history import history_for, history_of
from quality.services.holding import (
    NotHeld,
    discard_held,
    discard_old_uploads,
    held_for,
    held_writing,
    hold_upload,
    intended_name,
    preview_held,
    start_held,
)
from quality.services.increments import DoesNotGrow, whole_columns_of, whole_profile_of, whole_run_of
from quality.services.intake import Receipt, receive_upload
from quality.services.lifecycle import Removal, archive_source, delete_source, removal_of, unarchive_source
from quality.services.planning import limits_of, plan_of, spec_of
from quality.services.proposing import execute_suggestions
from quality.services.reading import known_writing, preview_snapshot, preview_upload, read_again
from quality.services.references import found_references
from quality.services.retention import remove_old_files
from quality.services.row_backtesting import (
    LAST,
    MOST,
    NothingToTry,
    arm_backtest,
    execute_backtest,
    request_backtest,
)
from quality.services.row_export import UNMASK, RowsGone, allow_unmask, export_failing_rows
from quality.services.rules import add_check, configure_check, remove_check
from quality.services.runs import (
    NotAccepted,
    NothingToCheck,
    accept_run,
    baseline_of,
    cancel_run,
    execute_run,
    newest_accepted,
    pin_baseline,
    read_all_again,
    request_run,
)
from quality.services.schedules import (
    expectation_now,
    expectation_of,
    pause_schedule,
    set_schedule,
    start_due,
    watch_deadlines,
)
from quality.services.scoring import (
    THRESHOLD_SETTINGS,
    THRESHOLDS,
    WEIGHT_SETTINGS,
    WEIGHTS,
    Thresholds,
    rule_set_of,
    set_scoring,
    set_thresholds,
    set_weights,
    thresholds,
    weights,
)
from quality.services.sources import call_missing, create_source, update_source
from quality.services.stored import columns_of, profile_of
from quality.services.suggesting import NothingToLearn, request_suggestions
from quality.services.trends import TrendPoint, metric_trend, watched_with
from quality.services.wording import describe, described_limits, described_settings

__all__ = [
    "LAST",
    "MOST",
    "THRESHOLDS",
    "THRESHOLD_SETTINGS",
    "UNMASK",
    "WEIGHTS",
    "WEIGHT_SETTINGS",
    "Change",
    "ContractPlan",
    "Copied",
    "DoesNotGrow",
    "NotAccepted",
    "NotHeld",
    "NotUnusual",
    "NothingToCheck",
    "NothingToLearn",
    "NothingToTry",
    "Receipt",
    "Removal",
    "RowsGone",
    "RuleDiff",
    "Thresholds",
    "TrendPoint",
    "Tried",
    "accept_run",
    "accept_suggestions",
    "add_check",
    "allow_unmask",
    "apply_contract",
    "archive_source",
    "arm_backtest",
    "baseline_of",
    "call_missing",
    "cancel_run",
    "clean_importance",
    "columns_of",
    "compare_contracts",
    "configure_check",
    "connect_source",
    "copy_rules",
    "create_source",
    "delete_source",
    "describe",
    "described_limits",
    "described_settings",
    "discard_held",
    "discard_old_uploads",
    "dismiss_suggestions",
    "edit_source",
    "erase_values",
    "execute_backtest",
    "execute_run",
    "execute_suggestions",
    "expect_result",
    "expectation_now",
    "expectation_of",
    "export_contract",
    "export_failing_rows",
    "found_references",
    "growth_of",
    "has_readable_secrets",
    "held_for",
    "held_writing",
    "history_for",
    "history_of",
    "hold_upload",
    "intended_name",
    "known_writing",
    "limits_of",
    "look_at",
    "metric_trend",
    "newest_accepted",
    "open_source",
    "origin_of",
    "pause_schedule",
    "pin_baseline",
    "plan_contract",
    "plan_of",
    "preview_held",
    "preview_snapshot",
    "preview_upload",
    "profile_of",
    "purge_failing_rows",
    "read_again",
    "read_all_again",
    "receive_upload",
    "removal_of",
    "remove_check",
    "remove_old_files",
    "request_backtest",
    "request_run",
    "request_suggestions",
    "rule_of",
    "rule_set_of",
    "set_schedule",
    "set_scoring",
    "set_thresholds",
    "set_weights",
    "shown_config",
    "spec_of",
    "start_due",
    "start_held",
    "stored_runs",
    "thresholds",
    "try_rule",
    "unarchive_source",
    "update_source",
    "watch_deadlines",
    "watched_with",
    "weights",
    "whole_columns_of",
    "whole_profile_of",
    "whole_run_of",
]
