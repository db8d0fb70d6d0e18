"""German. Browsers send and take what their own pickers write, so forms read and show that first."""

from django.conf.locale.de.formats import (  # type: ignore[import-untyped]
    DATE_INPUT_FORMATS as BY_HAND,
)
from django.conf.locale.en import formats as pickers  # type: ignore[import-untyped]

DATE_FORMAT = SHORT_DATE_FORMAT = "j. M Y"
DATETIME_FORMAT = "j. M Y H:i"
SHORT_DATETIME_FORMAT = "j. M H:i"
MONTH_DAY_FORMAT = "j. M"
TIME_FORMAT = "H:i"
DATE_INPUT_FORMATS = [*pickers.DATE_INPUT_FORMATS[:1], *BY_HAND]
DATETIME_INPUT_FORMATS = pickers.DATETIME_INPUT_FORMATS
TIME_INPUT_FORMATS = pickers.TIME_INPUT_FORMATS
