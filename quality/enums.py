"""Closed vocabularies of the quality room; their values are stored and sent."""

from django.db import models

from dataops.engine.types import Dimension as EngineDimension
from dataops.engine.types import Outcome as EngineOutcome
from dataops.engine.types import RowKind as EngineRowKind
from dataops.engine.types import Severity as EngineSeverity
from dataops.web.words import lazy as _


class Importance(models.TextChoices):
    """How much a column matters in the score of its source."""

    IGNORED = "ignored"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class SourceState(models.TextChoices):
    """How a source stands after its newest finished run."""

    UNKNOWN = "unknown"
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    FAILING = "failing"


class SuggestionState(models.TextChoices):
    """What a person made of a suggested rule."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Outcome(models.TextChoices):
    PASS = EngineOutcome.PASS.value
    WARN = EngineOutcome.WARN.value
    FAIL = EngineOutcome.FAIL.value
    ERROR = EngineOutcome.ERROR.value
    NO_DATA = EngineOutcome.NO_DATA.value, _("No data")


class RowKind(models.TextChoices):
    """What failing rows are: those of a file have a place in it."""

    FILE = EngineRowKind.FILE.value, _("rows of the file")
    TABLE = EngineRowKind.TABLE.value, _("rows of the table")
    ANSWER = EngineRowKind.ANSWER.value, _("rows of a query's answer")


class Dimension(models.TextChoices):
    COMPLETENESS = EngineDimension.COMPLETENESS.value
    VALIDITY = EngineDimension.VALIDITY.value
    UNIQUENESS = EngineDimension.UNIQUENESS.value
    CONSISTENCY = EngineDimension.CONSISTENCY.value
    TIMELINESS = EngineDimension.TIMELINESS.value
    VOLUME = EngineDimension.VOLUME.value


class Severity(models.TextChoices):
    INFO = EngineSeverity.INFO.value
    WARNING = EngineSeverity.WARNING.value
    CRITICAL = EngineSeverity.CRITICAL.value
