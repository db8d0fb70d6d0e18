"""Use cases of the registry: the one door for pages, API, admin, tasks and commands."""

from models_registry.services.allowing import allow_type, allowed_types, disallow_type
from models_registry.services.backtesting import (
    adopt_backtest,
    cancel_backtest,
    execute_backtest,
    request_backtest,
)
from models_registry.services.batch_log import file_waiting
from models_registry.services.choosing_metrics import set_metrics
from models_registry.services.comparing import Comparison, Pair, compare_versions
from models_registry.services.costs import known_classes, mean_cost, set_costs
from models_registry.services.deploying import cancel_deploy, execute_deploy_run
from models_registry.services.diagnosis import confusion_of
from models_registry.services.drift import execute_drift_run
from models_registry.services.drift_requests import cancel_drift_run, request_drift_run
from models_registry.services.editing import update_model
from models_registry.services.erasing import erase_values
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.estimating import estimate_missing, estimate_performance
from models_registry.services.estimators import why_not
from models_registry.services.false_alarms import FalseAlarms, false_alarms_of
from models_registry.services.ingesting import cancel_ingest, execute_ingest_run, request_ingest
from models_registry.services.loading import signature_of
from models_registry.services.metric_names import metric_label
from models_registry.services.metrics import OF_PROBABILITIES
from models_registry.services.own_metrics import measures_for
from models_registry.services.performance import measure_performance, measure_week
from models_registry.services.policies import (
    DRIFT_SETTINGS,
    policy_of,
    read_policy,
    set_shared_policy,
    shared_policy,
    watched_columns,
    whole_policy,
)
from models_registry.services.predicting import Predicted, predict
from models_registry.services.promoting import promote_version, withdraw_alias
from models_registry.services.recording import record_predictions
from models_registry.services.removing import ModelRemoval, delete_model, removal_of
from models_registry.services.requesting import deploy_artifact, deploy_model
from models_registry.services.retention import remove_old_predictions
from models_registry.services.routing import answering, champion_of
from models_registry.services.samples import (
    check_flights,
    load_sample_models,
    replay_flights,
    sample_models,
)
from models_registry.services.scoring import cancel_scoring, execute_scoring_run, request_scoring
from models_registry.services.shadowing import ask_shadows
from models_registry.services.trust import Trust, trust_of
from models_registry.services.truth import Received, record_actuals
from models_registry.services.waiting import wait_for
from models_registry.services.watching import expect_drift, set_watch, start_due

__all__ = [
    "DRIFT_SETTINGS",
    "OF_PROBABILITIES",
    "Comparison",
    "FalseAlarms",
    "ModelRemoval",
    "NotAccepted",
    "NotPossible",
    "Pair",
    "Predicted",
    "Received",
    "Trust",
    "adopt_backtest",
    "allow_type",
    "allowed_types",
    "answering",
    "ask_shadows",
    "cancel_backtest",
    "cancel_deploy",
    "cancel_drift_run",
    "cancel_ingest",
    "cancel_scoring",
    "champion_of",
    "check_flights",
    "compare_versions",
    "confusion_of",
    "delete_model",
    "deploy_artifact",
    "deploy_model",
    "disallow_type",
    "erase_values",
    "estimate_missing",
    "estimate_performance",
    "execute_backtest",
    "execute_deploy_run",
    "execute_drift_run",
    "execute_ingest_run",
    "execute_scoring_run",
    "expect_drift",
    "false_alarms_of",
    "file_waiting",
    "known_classes",
    "load_sample_models",
    "mean_cost",
    "measure_performance",
    "measure_week",
    "measures_for",
    "metric_label",
    "policy_of",
    "predict",
    "promote_version",
    "read_policy",
    "record_actuals",
    "record_predictions",
    "removal_of",
    "remove_old_predictions",
    "replay_flights",
    "request_backtest",
    "request_drift_run",
    "request_ingest",
    "request_scoring",
    "sample_models",
    "set_costs",
    "set_metrics",
    "set_shared_policy",
    "set_watch",
    "shared_policy",
    "signature_of",
    "start_due",
    "trust_of",
    "update_model",
    "wait_for",
    "watched_columns",
    "whole_policy",
    "why_not",
    "withdraw_alias",
]
