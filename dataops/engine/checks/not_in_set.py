"""Values that are in the list of the forbidden ones."""

from __future__ import annotations

from dataclasses import dataclass

from dataops.engine.checks.base import ColumnCheck, nothing, of_share
from dataops.engine.checks.members import count_members, is_member
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import measure_rows, present
from dataops.engine.checks.wording import share, some
from dataops.engine.protocols import Context, Measurement
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class NotInSetParams:
    values: tuple[str, ...] = param((), "Values that must not occur", required=True, example=("a", "x"))
    ignore_case: bool = param(False, "Capital and small letters are the same")


class NotInSet(ColumnCheck):
    """Share of the present values that are one of the forbidden ones, compared as for allowed values."""

    key = "not_in_set"
    label = "Forbidden values"
    dimension = Dimension.VALIDITY
    params = NotInSetParams

    def measure(self, context: Context, params: NotInSetParams) -> Measurement:
        found = context.column
        if found is None or not found.present:
            return nothing("all values are missing")
        forbidden = is_member(found, params.values, ignore_case=params.ignore_case)
        says = f"are one of {some(params.values)}"
        failed = count_members(found, params.values, ignore_case=params.ignore_case)
        if failed is None:
            return measure_rows(context, present(found), forbidden, says)
        message = f"{share(failed, found.present)} values {says}"
        return of_share(found.present, failed, message, failing=forbidden)
