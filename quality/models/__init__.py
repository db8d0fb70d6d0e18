"""Tables of the quality room."""

from quality.models.backtest import BacktestRun
from quality.models.check import Check
from quality.models.contract import ContractVersion
from quality.models.failing_rows import FailingRows, pack_numbers, unpack_numbers
from quality.models.held import HELD_FOR, HeldUpload
from quality.models.rule_set import RuleSet
from quality.models.run import CheckResult, CheckRun, RunNumbers, StoredProfile
from quality.models.schedule import Schedule
from quality.models.source import DataSource, Snapshot
from quality.models.suggestion import SuggestedRule, SuggestionRun

__all__ = [
    "HELD_FOR",
    "BacktestRun",
    "Check",
    "CheckResult",
    "CheckRun",
    "ContractVersion",
    "DataSource",
    "FailingRows",
    "HeldUpload",
    "RuleSet",
    "RunNumbers",
    "Schedule",
    "Snapshot",
    "StoredProfile",
    "SuggestedRule",
    "SuggestionRun",
    "pack_numbers",
    "unpack_numbers",
]
