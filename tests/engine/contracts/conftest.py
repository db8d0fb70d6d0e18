"""The checks that contracts speak of, whether or not they are part of this installation."""

from types import SimpleNamespace

import pytest

from dataops.engine.checks import CHECKS, make_params
from dataops.engine.checks.params import NoParams
from dataops.engine.contracts import translation
from dataops.engine.protocols import Limits
from dataops.engine.types import Dimension, Severity

SPOKEN_OF = {
    **dict.fromkeys(
        ("value_range", "in_set", "not_in_set", "format", "regex", "text_length"), Dimension.VALIDITY
    ),
    **dict.fromkeys(("unique", "unique_together"), Dimension.UNIQUENESS),
    **dict.fromkeys(("foreign_key", "expression", "sql_value", "compare_columns"), Dimension.CONSISTENCY),
    "missing_tokens": Dimension.COMPLETENESS,
    "freshness": Dimension.TIMELINESS,
    "schema": Dimension.VOLUME,
    "mean_between": Dimension.CONSISTENCY,
    "distinct_between": Dimension.CONSISTENCY,
    "monotonic": Dimension.CONSISTENCY,
}


@pytest.fixture(scope="module", autouse=True)
def _spoken_of():
    """A stand-in that takes any parameters for each check that is not registered."""
    stand_ins = {
        key: SimpleNamespace(
            key=key,
            label=key,
            dimension=dimension,
            scope="column",
            params=NoParams,
            default_limits=Limits(fail=0.0),
            severity=Severity.WARNING,
        )
        for key, dimension in SPOKEN_OF.items()
        if key not in CHECKS
    }

    def lenient(kind, given, *, check):
        return None if check in stand_ins else make_params(kind, given, check=check)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CHECKS, "_by_key", {**CHECKS._by_key, **stand_ins})
        patch.setattr(translation, "make_params", lenient)
        yield
