"""Data contracts of the open standard: read with a report, written so that they read back the same."""

import json
from collections import Counter
from importlib.resources import files

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataops.engine.checks import CHECKS, CheckSpec, make_params
from dataops.engine.contracts import Carried, Rule, canonical, place_of, read_contract, write_contract
from dataops.engine.errors import InvalidContract, InvalidPlan
from dataops.engine.protocols import Limits
from dataops.engine.types import ColumnType, Dimension, Severity

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: orders-1
name: orders
version: 1.2.0
status: active
team: {name: Shop}
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, primaryKey: true}
      - name: email
        logicalType: string
        required: true
        logicalTypeOptions: {format: email, maxLength: 80}
        quality:
          - {type: library, metric: nullValues, unit: percent, mustBeLessOrEqualTo: 5, severity: error}
          - {type: text, description: Somebody reads it.}
      - name: price
        logicalType: number
        logicalTypeOptions: {minimum: 0, exclusiveMaximum: 1000}
      - name: country
        logicalType: string
        quality:
          - {metric: invalidValues, arguments: {validValues: [NO, SE, 047]}, mustBe: 0, dimension: conformity}
      - {name: parts, logicalType: array}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 100}
      - {metric: duplicateValues, arguments: {properties: [id, email]}, mustBe: 0}
      - {metric: duplicateValues, arguments: {properties: [id]}, mustBeLessThan: 10, unit: rows}
      - {type: sql, query: "SELECT count(*) FROM ${table}", mustBeGreaterThan: 3}
      - {type: custom, engine: soda, implementation: "checks: x"}
slaProperties:
  - {property: freshness, value: 2, unit: d, element: orders.created}
  - {property: retention, value: 3, unit: y}
"""


def rules(text: str, **kwargs) -> dict[tuple[str, str], CheckSpec]:
    return {(r.spec.check, r.spec.column): r.spec for r in read_contract(text, **kwargs).rules}


def test_what_a_contract_says_becomes_rules():
    found = rules(CONTRACT)

    assert found["missing_values", "id"].limits == Limits(warn=0.0, fail=0.0)
    assert ("unique", "id") in found
    assert found["format", "email"].params == {"name": "email"}
    assert found["text_length", "email"].params == {"maximum": 80}
    assert found["in_set", "country"].params == {"values": ["NO", "SE", "047"]}
    assert found["row_count", ""].params == {"minimum": 101, "maximum": None, "tolerance": None}
    assert found["unique_together", ""].params == {"columns": ["id", "email"]}
    assert found["freshness", "created"].params == {"maximum_age_hours": 48.0}
    assert found["sql_value", ""].params["minimum"] > 3
    assert found["sql_value", ""].params["query"] == "SELECT count(*) FROM data"
    columns = ["id:integer", "email:text", "price:float", "country:text", "parts"]
    assert found["schema", ""].params["columns"] == columns


def test_of_two_limits_of_one_check_the_stricter_is_taken():
    missing = [r.spec for r in read_contract(CONTRACT).rules if r.spec.check == "missing_values"]
    ranges = [r.spec.params for r in read_contract(CONTRACT).rules if r.spec.check == "value_range"]

    shares = [(spec.column, spec.limits.fail, spec.severity) for spec in missing]
    assert shares == [("id", 0.0, None), ("email", 0.0, None)]
    assert ranges == [{"minimum": "0"}, {"maximum": "1000", "exclusive": True}]


def test_the_report_says_what_was_not_carried_over_and_why():
    translation = read_contract(CONTRACT)

    told = {line.place: line for line in translation.lines if line.carried is not Carried.YES}
    assert "stricter" in told["schema.orders.email.quality[0]"].reason
    assert told["schema.orders.email.quality[1]"].reason == "text for people; nothing to run"
    assert "give it in percent" in told["schema.orders.quality[2]"].reason
    assert "soda" in told["schema.orders.quality[4]"].reason
    assert "retention" in told["slaProperties[1]"].said
    assert told["schema.orders"].reason == "parts is array, which is not checked"
    assert Counter(line.carried for line in translation.lines)[Carried.NO] == 1


def test_a_field_the_standard_does_not_know_is_told():
    misspelt = CONTRACT.replace("required: true", "requird: true")

    lines = [line for line in read_contract(misspelt).lines if line.said == "requird"]

    assert [line.reason for line in lines] == ["the standard has no such field"]


def test_one_of_several_tables_has_to_be_named():
    two = CONTRACT.replace(
        "schema:\n", "schema:\n  - name: other\n    properties: [{name: x, required: true}]\n"
    )

    assert ("missing_values", "x") in rules(two, table="other")
    with pytest.raises(InvalidContract, match="other, orders"):
        read_contract(two, table="third")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("- 1", "mapping"),
        ("a: [", "line 1"),
        ("{", "JSON"),
        ("kind: DataContract\napiVersion: v2.2.2", "v3"),
        ("kind: DataContract\napiVersion: v3.1.0\nschema: 7", "schema"),
        ("x: 1", "neither a data contract"),
        ("kind: !!python/object/apply:os.system [ls]", "YAML"),
        ("a: &a [*a]", "itself"),
        ("[" * 100 + "]" * 100, "deeper"),
        ("a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
        ), "aliases"),
        ("a: " + "x" * 2_000_001, "larger than 2 MB"),
    ],
)  # fmt: skip
def test_what_is_no_contract_is_refused_with_a_reason(text, says):
    with pytest.raises(InvalidContract, match=says):
        read_contract(text)


COLUMNS = [("id", ColumnType.INTEGER), ("email", ColumnType.TEXT), ("price", ColumnType.FLOAT),
           ("day", ColumnType.DATE), ("odd: name", ColumnType.TEXT)]  # fmt: skip
names = st.sampled_from([name for name, _ in COLUMNS] + ["unknown"])
words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8)
numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(str), st.floats(-1e6, 1e6).map(str), st.just("2026-01-31")
)
kinds = st.one_of(
    st.tuples(st.just("missing_values"), names, st.just({})),
    st.tuples(st.just("missing_values"), st.just(""), st.just({})),
    st.tuples(st.just("unique"), names, st.just({})),
    st.tuples(st.just("value_range"), names, st.fixed_dictionaries(
        {"minimum": numbers}, optional={"maximum": numbers, "exclusive": st.booleans()})),
    st.tuples(st.just("text_length"), names, st.fixed_dictionaries(
        {}, optional={"minimum": st.integers(0, 99), "maximum": st.integers(0, 99)})),
    st.tuples(st.just("regex"), names, st.fixed_dictionaries(
        {"pattern": words}, optional={"negate": st.booleans()})),
    st.tuples(st.just("in_set"), names, st.fixed_dictionaries(
        {"values": st.lists(words, min_size=1, max_size=4)}, optional={"ignore_case": st.booleans()})),
    st.tuples(st.just("format"), names, st.fixed_dictionaries(
        {"name": st.sampled_from(["email", "url", "iban"])})),
    st.tuples(st.just("unique_together"), st.just(""), st.just({"columns": ["id", "day"]})),
    st.tuples(st.just("row_count"), st.just(""), st.fixed_dictionaries(
        {}, optional={"minimum": st.integers(0, 99), "maximum": st.integers(0, 99), "tolerance": st.none()})),
    st.tuples(st.just("sql_value"), st.just(""), st.fixed_dictionaries(
        {"query": st.just("SELECT COUNT(*) FROM data"), "minimum": st.floats(-9, 9)},
        optional={"maximum": st.floats(-9, 9)})),
    st.tuples(st.just("freshness"), names, st.fixed_dictionaries({"maximum_age_hours": st.floats(0.1, 999)})),
    st.tuples(st.just("schema"), st.just(""), st.fixed_dictionaries(
        {"columns": st.just(["id:integer", "email:text", "x:boolean"]),
         "allow_extra": st.booleans(), "ordered": st.booleans()})),
    st.tuples(st.just("outliers"), names, st.just({})),
    st.tuples(st.just("mean_between"), names, st.just({"minimum": 1.5})),
)  # fmt: skip
shares = st.one_of(st.just(0.0), st.sampled_from([0.05, 0.07, 0.3, 1.0]), st.floats(0, 1))


def maybe(some):
    return st.one_of(st.none(), some)


def is_valid(kind) -> bool:
    check, _, params = kind
    try:
        make_params(CHECKS[check].params, params, check=check)
    except InvalidPlan:
        return False
    return True


@st.composite
def specs(draw):
    check, column, params = draw(kinds.filter(is_valid))
    return CheckSpec(
        check,
        column=column,
        params=params,
        limits=draw(st.one_of(st.none(), st.builds(Limits, maybe(shares), maybe(shares)))),
        severity=draw(st.one_of(st.none(), st.sampled_from(Severity))),
        weight=draw(st.sampled_from([0.5, 1.0, 2.0])),
        critical=draw(st.booleans()),
        when=draw(st.sampled_from(["", "price > 0"])),
        dimension=draw(maybe(st.sampled_from(Dimension))),
    )  # fmt: skip


def schema_of_the_standard() -> dict:
    return json.loads((files("open_data_contract_standard") / "schema.json").read_text())


SCHEMA = jsonschema.Draft201909Validator(schema_of_the_standard())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(specs(), max_size=8), st.booleans())
def test_what_is_written_reads_back_as_the_same_rules(wanted, on_top):
    wanted = list({place_of(spec): spec for spec in wanted}.values())
    wanted = [spec for i, spec in enumerate(wanted) if spec.check != "schema" or i == 0]

    text = write_contract(
        [Rule(spec) for spec in wanted],
        name="orders",
        identifier="orders",
        version="3",
        columns=COLUMNS,
        based_on=CONTRACT if on_top else "",
    )

    SCHEMA.validate(yaml.safe_load(text))
    again = {canonical(rule.spec) for rule in read_contract(text).rules}
    assert again == {canonical(spec) for spec in wanted}


def test_a_contract_that_was_read_is_written_without_losing_what_is_not_run():
    translation = read_contract(CONTRACT)

    text = write_contract(
        translation.rules, name="orders", identifier="x", version="1.3.0", based_on=CONTRACT
    )

    written = yaml.safe_load(text)
    assert (written["version"], written["id"], written["team"]["name"]) == ("1.3.0", "orders-1", "Shop")
    assert written["schema"][0]["properties"][0]["primaryKey"] is True
    assert "soda" in text
    assert "Somebody reads it." in text
    assert "retention" in text
    assert {canonical(r.spec) for r in read_contract(text).rules} == {
        canonical(r.spec) for r in translation.rules
    }


def test_plain_rules_are_written_in_words_of_the_standard():
    wanted = [
        CheckSpec("missing_values", column="id", limits=Limits(fail=0.0)),
        CheckSpec("missing_values", column="email", limits=Limits(fail=0.07)),
        CheckSpec("value_range", column="price", params={"minimum": "0"}, limits=Limits(fail=0.0)),
    ]
    text = write_contract(map(Rule, wanted), name="o", identifier="o", version="1", columns=COLUMNS)

    properties = {p["name"]: p for p in yaml.safe_load(text)["schema"][0]["properties"]}
    assert properties["id"]["required"] is True
    assert properties["price"]["logicalTypeOptions"] == {"minimum": 0}
    quality = properties["email"]["quality"][0]
    assert (quality["metric"], quality["mustBeLessOrEqualTo"]) == ("nullValues", 7)
    assert "dataops-inspector" not in text
