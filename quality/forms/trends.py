"""Which number of a source is looked at over its runs."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dataops.engine.metrics import Metric
from dataops.web.words import lazy as _

USUAL = {"table": "row_count", "column": "missing_fraction"}


class TrendForm(forms.Form):
    """A column, or the table, and one of its numbers; what is not offered becomes the usual one."""

    column = forms.ChoiceField(required=False)
    metric = forms.ChoiceField(label=_("Number"), required=False)

    def __init__(self, given: Any, *, column: str, columns: Sequence[str], metrics: Sequence[Metric]) -> None:
        chosen = {metric.key: metric for metric in metrics}
        usual = chosen.get(USUAL["column" if column else "table"], metrics[0])
        self.chosen = chosen.get(given.get("metric", ""), usual)
        super().__init__(initial={"column": column, "metric": self.chosen.key})
        # A column of earlier runs may be gone by now; its numbers are still there.
        names = [*columns, *([column] if column and column not in columns else [])]
        self.fields["column"].choices = [("", _("Whole table")), *((name, name[:80]) for name in names)]  # type: ignore[attr-defined]
        self.fields["metric"].choices = [(metric.key, metric.label) for metric in metrics]  # type: ignore[attr-defined]
