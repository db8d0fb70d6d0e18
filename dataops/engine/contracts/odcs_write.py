"""Rules into a data contract (v3.1), keeping what else an earlier one says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml
from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
    ServiceLevelAgreementProperty,
)

from dataops.engine.checks import CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.odcs_forms import property_form, quality_form
from dataops.engine.contracts.odcs_quality import read_quality
from dataops.engine.contracts.odcs_read import choose, parse
from dataops.engine.contracts.odcs_sla import read_sla
from dataops.engine.contracts.safe import load
from dataops.engine.contracts.sameness import canonical
from dataops.engine.contracts.translation import Collector, Rule
from dataops.engine.types import ColumnType

API_VERSION = "v3.1.0"
Columns = Sequence[tuple[str, ColumnType | None]]


def write_contract(
    rules: Iterable[Rule],
    *,
    name: str,
    identifier: str,
    version: str,
    columns: Columns = (),
    description: str = "",
    based_on: str = "",
) -> str:
    """A data contract in YAML that reads back as the same rules.

    ``columns`` are those of the data, in order; a rule of the schema, if there is one, says them
    instead. ``based_on`` is an earlier contract: what it says besides rules is kept, as are other
    tables and rules that are not run here.
    """
    contract = parse(_plain(load(based_on))) if based_on else _blank(name, identifier, description)
    old = choose(contract, name) if based_on else None
    table = _Table(old or SchemaObject(name=name, physicalType="table"), list(rules), columns)
    others = [one for one in contract.schema_ or [] if one is not old]
    kept = [sla for sla in contract.slaProperties or [] if not _is_rule(sla)]
    made = contract.model_copy(
        update={
            "version": version,
            "schema_": [table.write(), *others],
            "slaProperties": [*kept, *table.service_levels] or None,
        }
    )
    plain = made.model_dump(exclude_none=True, by_alias=True)
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110)


def _plain(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, Mapping) else {}


def _blank(name: str, identifier: str, description: str) -> OpenDataContractStandard:
    start: dict[str, Any] = {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": identifier,
        "name": name,
        "status": "active",
    }
    return OpenDataContractStandard(
        **start | ({"description": {"purpose": description}} if description else {})
    )


def _is_rule(sla: ServiceLevelAgreementProperty) -> bool:
    found = Collector()
    found.attempt("", read_sla, sla, "")
    return bool(found.rules)


class _Table:
    """One schema object while rules are written into it."""

    def __init__(self, old: SchemaObject, rules: list[Rule], columns: Columns) -> None:
        self.old = old
        self.rules = rules
        self.schema = next((rule for rule in rules if _is_plain_schema(rule.spec)), None)
        named = self.schema.spec.params["columns"] if self.schema else [_text(n, kind) for n, kind in columns]
        before = {prop.name: prop for prop in old.properties or []}
        self.properties = {
            name: _emptied(before.get(name) or SchemaProperty(name=name), kind)
            for name, kind in (_parsed(text) for text in named)
        }
        self.quality = _foreign(old.quality, "")
        self.service_levels: list[ServiceLevelAgreementProperty] = []

    def write(self) -> SchemaObject:
        keys = self._keep_primary_key()
        for rule in self.rules:
            if rule is not self.schema and canonical(rule.spec) not in keys:
                self._place(rule)
        return self.old.model_copy(
            update={
                "properties": list(self.properties.values()) or None,
                "quality": self.quality or None,
                "customProperties": self._custom_properties(),
            }
        )

    def _keep_primary_key(self) -> set[Any]:
        """Leave primaryKey where the rules still say it; these rules need no other form then."""
        olds = [
            prop for prop in self.old.properties or [] if prop.primaryKey and prop.name in self.properties
        ]
        olds.sort(key=lambda prop: prop.primaryKeyPosition or 0)
        if not olds:
            return set()
        never = words.NEVER
        if len(olds) > 1:
            specs = [CheckSpec("unique_together", params={"columns": [p.name for p in olds]}, limits=never)]
        else:
            specs = [
                CheckSpec(k, column=str(olds[0].name), limits=never) for k in ("missing_values", "unique")
            ]
        wanted = {canonical(spec) for spec in specs}
        if not wanted <= {canonical(rule.spec) for rule in self.rules}:
            return set()
        for old in olds:
            prop = self.properties[str(old.name)]
            prop.primaryKey, prop.primaryKeyPosition = True, old.primaryKeyPosition
        return wanted

    def _place(self, rule: Rule) -> None:
        spec = rule.spec
        prop = self.properties.get(spec.column)
        if spec.check == "freshness" and self._place_service_level(spec):
            return
        if prop is None:
            self.quality.append(quality_form(spec, rule.note, at_property=not spec.column))
            return
        form = None if rule.note else property_form(spec, prop.logicalType)
        if form is not None and _fits(prop, form):
            options = {**(prop.logicalTypeOptions or {}), **form.pop("logicalTypeOptions", {})}
            for field, value in form.items():
                setattr(prop, field, value)
            prop.logicalTypeOptions = options or None
        else:
            prop.quality = [*(prop.quality or []), quality_form(spec, rule.note)]

    def _place_service_level(self, spec: CheckSpec) -> bool:
        element = f"{self.old.name}.{spec.column}"
        sla = ServiceLevelAgreementProperty(
            property="freshness", value=spec.params.get("maximum_age_hours"), unit="h", element=element
        )
        found = Collector()
        found.attempt("", read_sla, sla, str(self.old.name))
        if [canonical(rule.spec) for rule in found.rules] != [canonical(spec)]:
            return False
        self.service_levels.append(sla)
        return True

    def _custom_properties(self) -> list[CustomProperty] | None:
        others = [one for one in self.old.customProperties or [] if one.property != words.EXTRAS]
        if not self.properties:
            return others or None
        extras = _schema_extras(self.schema.spec) if self.schema else {"schema": False}
        return [*others, *([CustomProperty(property=words.EXTRAS, value=extras)] if extras else [])] or None


def _schema_extras(spec: CheckSpec) -> dict[str, Any]:
    """What differs from the schema rule that properties alone would make."""
    warn, fail, _ = canonical(spec)[4]
    said = {
        "allowExtra": (bool(spec.params.get("allow_extra", False)), True),
        "ordered": (bool(spec.params.get("ordered", False)), False),
        "warn": (warn, 0.0),
        "fail": (fail, 0.0),
        "severity": (spec.severity.value if spec.severity else None, None),
        "weight": (spec.weight, 1.0),
        "critical": (spec.critical, False),
        "when": (spec.when, ""),
        "dimension": (words.dimension_word(spec.dimension) if spec.dimension else None, None),
    }
    return {name: value for name, (value, default) in said.items() if value != default}


def _is_plain_schema(spec: CheckSpec) -> bool:
    return spec.check == "schema" and bool(spec.params.get("columns"))


def _text(name: str, kind: ColumnType | None) -> str:
    return f"{name}:{kind.value}" if kind and kind is not ColumnType.EMPTY else name


def _parsed(text: str) -> tuple[str, str | None]:
    """Name and logical type of "name:type"; a colon may be part of the name."""
    name, _, kind = text.rpartition(":")
    if name and kind in set(ColumnType):
        return name, words.LOGICAL.get(ColumnType(kind))
    return text, None


def _emptied(prop: SchemaProperty, kind: str | None) -> SchemaProperty:
    """The property without what is a rule; its words for people stay."""
    options = {k: v for k, v in (prop.logicalTypeOptions or {}).items() if k not in words.RULE_OPTIONS}
    return prop.model_copy(
        update={
            "logicalType": kind or (None if prop.logicalType in words.OURS else prop.logicalType),
            "logicalTypeOptions": options or None,
            "required": None,
            "unique": None,
            "primaryKey": None,
            "primaryKeyPosition": None,
            "enum": None,
            "relationships": None,
            "quality": _foreign(prop.quality, str(prop.name)) or None,
        }
    )


def _foreign(rules: Sequence[DataQuality] | None, column: str) -> list[DataQuality]:
    """Quality rules of the old contract that are not run here, and so are not among ours."""
    kept = []
    for rule in rules or []:
        found = Collector()
        found.attempt("", read_quality, rule, column)
        if not found.rules:
            kept.append(rule)
    return kept


def _fits(prop: SchemaProperty, form: Mapping[str, Any]) -> bool:
    """Whether no other rule took these fields already."""
    options = prop.logicalTypeOptions or {}
    taken = any(getattr(prop, name) for name in form if name != "logicalTypeOptions")
    return not taken and not _kinds(options) & _kinds(form.get("logicalTypeOptions", {}))


def _kinds(options: Mapping[str, Any]) -> set[str]:
    """Options that are read as one rule count as one."""
    return {words.RULE_OPTIONS.get(name, name) for name in options}
