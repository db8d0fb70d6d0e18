"""The closed vocabularies of the registry; their values are stored and sent."""

from django.db import models


class Task(models.TextChoices):
    CLASSIFICATION = "classification", "Classification"
    REGRESSION = "regression", "Regression"

    @property
    def main_metric(self) -> str:
        """The metric shown where there is room for one; a name of ``dataops.engine.performance``."""
        return "roc_auc" if self == Task.CLASSIFICATION else "mae"


class VersionState(models.TextChoices):
    DEPLOYING = "deploying", "Deploying"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Runtime(models.TextChoices):
    """What answers requests for a version; see decision 0012."""

    ONNX = "onnxruntime", "ONNX Runtime"
    ORIGINAL = "original", "The original library"


class SignaturePolicy(models.TextChoices):
    """What becomes of values that break the promise of the signature."""

    REJECT = "reject", "Reject missing values and unknown categories; count what is out of range"
    STRICT = "strict", "Reject what is out of range too"
    ACCEPT = "accept", "Accept and count missing values, unknown categories and what is out of range"


class Alias(models.TextChoices):
    """A movable name for a version: the champion answers, the others are looked at."""

    CHAMPION = "champion", "Champion"
    CHALLENGER = "challenger", "Challenger"
    SHADOW = "shadow", "Shadow"


class IngestKind(models.TextChoices):
    """What a file for the prediction log holds."""

    PREDICTIONS = "predictions", "Predictions"
    ACTUALS = "actuals", "What really happened"


class RequestOutcome(models.TextChoices):
    """How a request for predictions ended."""

    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"


class PerformanceKind(models.TextChoices):
    TRAINING = "training", "Training"
    REALISED = "realised", "Realised"
    ESTIMATED = "estimated", "Estimated"


class ReferenceKind(models.TextChoices):
    """What a window is compared with."""

    TRAINING = "training", "The data that the version was trained on"
    FIXED = "fixed", "One earlier window, chosen by hand"
    ROLLING = "rolling", "The newest windows before it, those that drifted left out"
    SEASON = "season", "The newest windows before it that began on the same weekday, in the same hour"


class DriftOutcome(models.TextChoices):
    """Whether a finished comparison could tell; the values of ``dataops.engine.drift``."""

    OK = "ok", "Compared"
    NOT_ENOUGH_DATA = "not_enough_data", "Not enough data"
