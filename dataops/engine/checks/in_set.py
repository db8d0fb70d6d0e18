"""Values that are not in the list of the allowed ones."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from dataops.engine.checks.base import ColumnCheck, nothing, of_share
from dataops.engine.checks.members import count_members, is_member
from dataops.engine.checks.params import param
from dataops.engine.checks.rowwise import measure_rows, present
from dataops.engine.checks.wording import share, some
from dataops.engine.protocols import Context, Measurement
from dataops.engine.sql import all_of
from dataops.engine.types import Dimension


@dataclass(frozen=True, slots=True)
class InSetParams:
    values: tuple[str, ...] = param((), "Values allowed", required=True, example=("a", "b"))
    ignore_case: bool = param(False, "Capital and small letters are the same")


class InSet(ColumnCheck):
    """Share of the present values that are none of the allowed ones.

    Missing values are left out. Numbers and dates are compared as such ("1.0" allows 1), texts with
    their spaces. Columns of at most 100 different values need no second pass.
    """

    key = "in_set"
    label = "Allowed values"
    dimension = Dimension.VALIDITY
    params = InSetParams

    def measure(self, context: Context, params: InSetParams) -> Measurement:
        found = context.column
        if found is None or not found.present:
            return nothing("all values are missing")
        allowed = is_member(found, params.values, ignore_case=params.ignore_case)
        says = f"are none of {some(params.values)}"
        members = count_members(found, params.values, ignore_case=params.ignore_case)
        if members is None:
            return measure_rows(context, present(found), exp.not_(allowed), says)
        failed = found.present - members
        message = f"{share(failed, found.present)} values {says}"
        failing = all_of([present(found), exp.not_(allowed)])
        return of_share(found.present, failed, message, failing=failing)
