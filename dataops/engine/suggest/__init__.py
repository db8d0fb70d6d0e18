"""Rules that data proposes for itself: one idea a module, each with its evidence."""

from dataops.engine.suggest.backtest import Backtest, Trial, backtest, worst_of
from dataops.engine.suggest.dependencies import Grouping, decide
from dataops.engine.suggest.held_out import try_on_rows
from dataops.engine.suggest.learn import learn, suggest
from dataops.engine.suggest.suggestion import Suggestion, wilson_upper

__all__ = [
    "Backtest",
    "Grouping",
    "Suggestion",
    "Trial",
    "backtest",
    "decide",
    "learn",
    "suggest",
    "try_on_rows",
    "wilson_upper",
    "worst_of",
]
