"""Records of the file that did not make it into the table."""

from __future__ import annotations

from typing import Literal

from dataops.engine.checks.params import NoParams
from dataops.engine.checks.wording import share
from dataops.engine.profile import ColumnProfile
from dataops.engine.protocols import Context, Limits, Measurement
from dataops.engine.types import Dimension, Severity
from dataops.engine.units import FRACTION


class RejectedRecords:
    """Share of the data records that could not be loaded: fields too many or too few.

    A file whose records do not add up (see ``Accounting``) fails whole, with severity critical, whatever
    the limits are: nobody can say what is missing. The score is then at most 0.59.
    """

    key = "rejected_records"
    label = "Rejected records"
    dimension = Dimension.VALIDITY
    scope: Literal["column", "table"] = "table"
    params = NoParams
    default_limits = Limits(warn=0.0, fail=0.01)
    limit_unit = FRACTION
    severity = Severity.WARNING
    by_default = True

    def applies_to(self, column: ColumnProfile) -> bool:
        return False

    def measure(self, context: Context, params: NoParams) -> Measurement:
        accounting = context.accounting
        if accounting is None:
            return Measurement(0, 0, None, None, "the data did not come from a file")
        records = accounting.loaded + accounting.rejected
        if not accounting.balanced:
            seen = f"{accounting.accounted} accounted for"
            message = f"the records do not add up: {accounting.records} in the file, {seen}"
            return Measurement(accounting.records, accounting.records, 1.0, 0.0, message, critical=True)
        if not records:
            return Measurement(0, 0, None, None, "there are no records")
        rejected = accounting.rejected / records
        message = f"{share(accounting.rejected, records)} records could not be loaded"
        return Measurement(records, accounting.rejected, rejected, 1 - rejected, message)
