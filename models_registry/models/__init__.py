"""What the registry keeps: models and versions, what they predicted, and how that went."""

from models_registry.models.allowed_type import AllowedType
from models_registry.models.backtest import DriftBacktest
from models_registry.models.batch import PredictionBatch
from models_registry.models.dataset import OverDataset
from models_registry.models.drift import DriftRun
from models_registry.models.ingest import Correction, IngestRun
from models_registry.models.model import AliasChange, Model
from models_registry.models.performance import ModelPerformance
from models_registry.models.prediction import Prediction
from models_registry.models.request_count import RequestCount
from models_registry.models.scoring import ScoringRun
from models_registry.models.shadow import ShadowAnswer
from models_registry.models.version import DeployRun, ModelVersion
from models_registry.models.violation import ViolationCount
from models_registry.models.watch import Watch

__all__ = [
    "AliasChange",
    "AllowedType",
    "Correction",
    "DeployRun",
    "DriftBacktest",
    "DriftRun",
    "IngestRun",
    "Model",
    "ModelPerformance",
    "ModelVersion",
    "OverDataset",
    "Prediction",
    "PredictionBatch",
    "RequestCount",
    "ScoringRun",
    "ShadowAnswer",
    "ViolationCount",
    "Watch",
]
