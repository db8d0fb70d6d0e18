"""Service levels of a data contract: how fresh, how often, how long."""

from __future__ import annotations

from open_data_contract_standard.model import ServiceLevelAgreementProperty

from dataops.engine.checks import CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.translation import Collector
from dataops.engine.protocols import Limits

_KEPT = {
    "retention": "set the retention of the source on its settings",
    "frequency": "set a schedule or a deadline on the source",
}


def read_sla(found: Collector, place: str, sla: ServiceLevelAgreementProperty, table: str) -> None:
    name = (sla.property or "").lower()
    said = f"{sla.property} {sla.value}{sla.unit or ''}"
    if name not in ("freshness", "latency", "ly", "fy"):
        reason = _KEPT.get(name, "there is no check for it")
        found.kept(place, said, reason)
        return
    hours = words.hours_of(sla.value, sla.unit)
    column = (sla.element or "").rpartition(".")[2]
    owner = (sla.element or "").rpartition(".")[0]
    if hours is None:
        found.lost(place, said, "its value is no number of minutes, hours, days or weeks")
    elif not column or (owner and table and owner != table):
        found.lost(place, said, "its element names no column of this table; give table.column")
    else:
        limits = Limits(warn=0.0, fail=0.0)
        spec = CheckSpec("freshness", column=column, params={"maximum_age_hours": hours}, limits=limits)
        found.rule(place, said, spec)
