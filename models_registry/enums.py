"""The closed vocabularies of the registry; their values are stored and sent."""

from django.db import models

from dataops.web.words import lazy as _


class Task(models.TextChoices):
    CLASSIFICATION = "classification", _("Classification")
    REGRESSION = "regression", _("Regression")

    @property
    def main_metric(self) -> str:
        """The metric shown where there is room for one; a name of ``dataops.engine.performance``."""
        return "roc_auc" if self == Task.CLASSIFICATION else "mae"

    @property
    def metric_of_labels(self) -> str:
        """What stands in for the main metric where predictions came without probabilities."""
        return "accuracy" if self == Task.CLASSIFICATION else "mae"


class VersionState(models.TextChoices):
    DEPLOYING = "deploying", _("Deploying")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Runtime(models.TextChoices):
    """What answers requests for a version; see decision 0020."""

    ONNX = "onnxruntime", _("ONNX Runtime")
    ORIGINAL = "original", _("The original library")


class SignaturePolicy(models.TextChoices):
    """What becomes of values that break the promise of the signature."""

    REJECT = "reject", _("Reject missing values and unknown categories; count what is out of range")
    STRICT = "strict", _("Reject what is out of range too")
    ACCEPT = "accept", _("Accept and count missing values, unknown categories and what is out of range")


class Alias(models.TextChoices):
    """A movable name for a version: the champion answers, the others are looked at."""

    CHAMPION = "champion", _("Champion")
    CHALLENGER = "challenger", _("Challenger")
    SHADOW = "shadow", _("Shadow")


class IngestKind(models.TextChoices):
    """What a file for the prediction log holds."""

    PREDICTIONS = "predictions", _("Predictions")
    ACTUALS = "actuals", _("What really happened")


class RequestOutcome(models.TextChoices):
    """How a request for predictions ended."""

    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class PerformanceKind(models.TextChoices):
    TRAINING = "training", _("Training")
    REALISED = "realised", _("Realised")
    ESTIMATED = "estimated", _("Estimated")


class ReferenceKind(models.TextChoices):
    """What a window is compared with."""

    TRAINING = "training", _("The data that the version was trained on")
    FIXED = "fixed", _("One earlier window, chosen by hand")
    ROLLING = "rolling", _("The newest windows before it, those that drifted left out")
    SEASON = "season", _("The newest windows before it that began on the same weekday, in the same hour")


class DriftOutcome(models.TextChoices):
    """Whether a finished comparison could tell; the values of ``dataops.engine.drift``."""

    OK = "ok", _("Compared")
    NOT_ENOUGH_DATA = "not_enough_data", _("Not enough data")
