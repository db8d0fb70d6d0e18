"""The Open Data Contract Standard (v3.0 to v3.2) into rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, SchemaProperty
from pydantic import BaseModel, ValidationError

from dataops.engine.checks import CheckSpec
from dataops.engine.contracts import odcs_words as words
from dataops.engine.contracts.odcs_quality import read_quality
from dataops.engine.contracts.odcs_sla import read_sla
from dataops.engine.contracts.odcs_words import NEVER
from dataops.engine.contracts.translation import Collector, Translation
from dataops.engine.errors import InvalidContract
from dataops.engine.protocols import Limits


def read_odcs(data: Mapping[str, Any], table: str = "") -> Translation:
    """Rules of one table of a data contract; raises InvalidContract."""
    contract = parse(data)
    chosen = choose(contract, table)
    found = Collector()
    for place, name in _unknown(data, contract, ""):
        found.lost(place, name, "the standard has no such field")
    for other in contract.schema_ or []:
        if other is not chosen:
            found.lost(f"schema.{other.name}", "another table", "one source is one table; import it there")
    columns: tuple[str, ...] = ()
    if chosen is not None:
        columns = tuple(p.name for p in chosen.properties or [] if p.name)
        _read_object(chosen, found)
    for number, sla in enumerate(contract.slaProperties or []):
        found.attempt(f"slaProperties[{number}]", read_sla, sla, (chosen.name if chosen else "") or "")
    return Translation(
        "odcs",
        contract.name or contract.id or "",
        contract.version or "",
        (chosen.name if chosen else "") or "",
        tuple(found.rules),
        tuple(found.lines),
        columns,
    )


def parse(data: Mapping[str, Any]) -> OpenDataContractStandard:
    """The contract as the standard's own model; raises InvalidContract naming the field."""
    if data.get("kind") != "DataContract":
        raise InvalidContract(f"kind is {data.get('kind')!r}; a data contract has kind: DataContract")
    version = str(data.get("apiVersion") or "")
    if not version.startswith("v3."):
        raise InvalidContract(f"apiVersion is {version!r}; versions v3.0.0 to v3.2.0 are read")
    try:
        return OpenDataContractStandard.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidContract(f"{place}: {first['msg']}", location=place) from error


def choose(contract: OpenDataContractStandard, table: str) -> SchemaObject | None:
    """The schema object that is meant; raises InvalidContract when it cannot be told."""
    objects = contract.schema_ or []
    named = [o for o in objects if table and table in (o.name, o.physicalName)]
    if named or len(objects) <= 1:
        return next(iter(named or objects), None)
    names = ", ".join(str(o.name) for o in objects)
    raise InvalidContract(f"the contract has several tables ({names}) and none is called {table!r}")


def _unknown(raw: Any, parsed: Any, place: str) -> Sequence[tuple[str, str]]:
    """Fields the model does not know: it drops them without a word."""
    if isinstance(parsed, BaseModel) and isinstance(raw, Mapping):
        known = {f.alias or name: name for name, f in type(parsed).model_fields.items()}
        unknown = [(place or "contract", str(key)) for key in raw if key not in known]
        inner = [
            _unknown(raw[key], getattr(parsed, name), f"{place}.{key}".lstrip("."))
            for key, name in known.items()
            if key in raw
        ]
        return [*unknown, *(found for part in inner for found in part)]
    if isinstance(parsed, list) and isinstance(raw, list):
        pairs = enumerate(zip(raw, parsed, strict=False))
        return [found for i, (one, model) in pairs for found in _unknown(one, model, f"{place}[{i}]")]
    return []


def _read_object(table: SchemaObject, found: Collector) -> None:
    place = f"schema.{table.name}"
    extras = extras_of(table)
    properties = [p for p in table.properties or [] if p.name]
    if properties and extras.get("schema") is not False:
        _read_schema(place, properties, extras, found)
    keys = sorted((p for p in properties if p.primaryKey), key=lambda p: p.primaryKeyPosition or 0)
    if len(keys) > 1:
        names = [p.name for p in keys]
        spec = CheckSpec("unique_together", params={"columns": names}, limits=NEVER)
        found.rule(place, f"primary key {', '.join(map(str, names))}", spec)
    for prop in properties:
        found.attempt(f"{place}.{prop.name}", read_property, prop, len(keys) == 1)
    for number, rule in enumerate(table.quality or []):
        found.attempt(f"{place}.quality[{number}]", read_quality, rule, "")


def _read_schema(
    place: str, properties: Sequence[SchemaProperty], extras: Mapping[str, Any], found: Collector
) -> None:
    columns, untyped = [], []
    for prop in properties:
        kind = words.OURS.get(prop.logicalType or "")
        columns.append(f"{prop.name}:{kind.value}" if kind else str(prop.name))
        if prop.logicalType and kind is None:
            untyped.append(f"{prop.name} is {prop.logicalType}, which is not checked")
    params = {
        "columns": columns,
        "allow_extra": bool(extras.get("allowExtra", True)),
        "ordered": bool(extras.get("ordered", False)),
    }
    limits = extras_limits(extras)
    found.rule(
        place, f"{len(columns)} columns", with_extras("schema", "", params, limits, extras), partly=untyped
    )


def read_property(found: Collector, place: str, prop: SchemaProperty, is_only_key: bool) -> None:
    column = prop.name or ""
    if prop.required or (prop.primaryKey and is_only_key):
        said = "required" if prop.required else "primary key"
        found.rule(place, said, CheckSpec("missing_values", column=column, limits=NEVER))
    if prop.unique or (prop.primaryKey and is_only_key):
        found.rule(place, "unique", CheckSpec("unique", column=column, limits=NEVER))
    if prop.enum:
        values = [str(one.value) for one in prop.enum]
        spec = CheckSpec("in_set", column=column, params={"values": values}, limits=NEVER)
        found.rule(place, f"one of {len(values)} values", spec)
    _read_options(place, prop, found)
    for relationship in prop.relationships or []:
        _read_reference(place, column, relationship.to, found)
    for number, rule in enumerate(prop.quality or []):
        found.attempt(f"{place}.quality[{number}]", read_quality, rule, column)


def _read_options(place: str, prop: SchemaProperty, found: Collector) -> None:
    options = dict(prop.logicalTypeOptions or {})
    column = prop.name or ""
    bounds = {name: options.pop(name, None) for name in ("minimum", "maximum")}
    for exclusive in (False, True):
        if exclusive:
            bounds = {n: options.pop(f"exclusive{n.capitalize()}", None) for n in ("minimum", "maximum")}
        given = {name: str(value) for name, value in bounds.items() if value is not None}
        if given:
            params: dict[str, Any] = given | ({"exclusive": True} if exclusive else {})
            said = ", ".join(f"{name} {value}" for name, value in given.items())
            found.rule(place, said, CheckSpec("value_range", column=column, params=params, limits=NEVER))
    lengths = {
        n: options.pop(k) for n, k in (("minimum", "minLength"), ("maximum", "maxLength")) if k in options
    }
    if lengths:
        said = ", ".join(f"{name} length {value}" for name, value in lengths.items())
        found.rule(place, said, CheckSpec("text_length", column=column, params=lengths, limits=NEVER))
    if "pattern" in options:
        params = {"pattern": options.pop("pattern")}
        found.rule(place, "pattern", CheckSpec("regex", column=column, params=params, limits=NEVER))
    if "format" in options and prop.logicalType == "string":
        name = options.pop("format")
        params = {"name": words.FORMATS.get(name, name)}
        found.rule(place, f"format {name}", CheckSpec("format", column=column, params=params, limits=NEVER))
    for name in options:
        found.kept(place, f"logicalTypeOptions.{name}", "there is no check for it")


def _read_reference(place: str, column: str, to: Any, found: Collector) -> None:
    """``to`` is "table.column", or the same written with slashes and more before it."""
    parts = str(to).replace("/", ".").split(".") if isinstance(to, str) else []
    parts = [part for part in parts if part not in ("schema", "properties")]
    if len(parts) < 2:
        found.kept(place, "relationship", "it does not name one column of one table")
        return
    params = {"source": parts[-2], "column": parts[-1]}
    said = f"refers to {parts[-2]}.{parts[-1]}"
    found.rule(place, said, CheckSpec("foreign_key", column=column, params=params, limits=NEVER))


def extras_of(part: Any) -> Mapping[str, Any]:
    """What the standard has no word for, from our custom property."""
    for one in part.customProperties or []:
        if one.property == words.EXTRAS and isinstance(one.value, Mapping):
            return one.value
    return {}


def extras_limits(extras: Mapping[str, Any]) -> Limits:
    return Limits(warn=extras.get("warn", 0.0), fail=extras.get("fail", 0.0))


def with_extras(
    check: str, column: str, params: Mapping[str, Any], limits: Limits, extras: Mapping[str, Any]
) -> CheckSpec:
    return CheckSpec(
        check,
        column=column,
        params=params,
        limits=limits,
        severity=words.severity_of(extras.get("severity")),
        weight=float(extras.get("weight", 1.0)),
        critical=bool(extras.get("critical", False)),
        when=str(extras.get("when", "")),
        dimension=words.dimension_of(extras.get("dimension")),
    )
