"""Suites of Great Expectations and tests of dbt: what is carried over, and what is said of the rest."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.contracts import Carried, read_contract
from dataops.engine.errors import InvalidContract
from dataops.engine.types import Severity


def expect(kind: str, severity: str = "", **kwargs) -> dict:
    return {"type": f"expect_{kind}", "kwargs": kwargs, "severity": severity}


SUITE = {
    "name": "orders_suite",
    "expectations": [
        expect("column_values_to_not_be_null", column="id", severity="critical"),
        expect("column_values_to_be_in_set", column="state", value_set=["new", "paid", 3], mostly=0.95),
        expect(
            "column_values_to_be_between",
            column="price", min_value=0, max_value=10, strict_min=True, strict_max=True,
        ),
        expect("table_row_count_to_be_between", min_value=5, max_value=None),
        expect("column_mean_to_be_between", column="price", min_value=1, max_value=2),
        expect("compound_columns_to_be_unique", column_list=["id", "day"]),
        expect(
            "column_pair_values_a_to_be_greater_than_b", column_A="end", column_B="start", or_equal=True
        ),
        {
            "expectation_type": "expect_column_values_to_match_regex",
            "kwargs": {"column": "zip", "regex": "^\\d{5}$"},
        },
        expect("column_kl_divergence_to_be_less_than", column="price"),
        expect("column_values_to_be_unique", column="id", row_condition="x > 1"),
        expect("column_max_to_be_between", column="price", max_value={"$PARAMETER": "m"}),
        "nonsense",
    ],
}  # fmt: skip


def test_a_suite_becomes_rules():
    found = {(r.spec.check, r.spec.column): r.spec for r in read_contract(json.dumps(SUITE)).rules}

    assert found["missing_values", "id"].severity is Severity.CRITICAL
    assert found["in_set", "state"].params == {"values": ["new", "paid", "3"]}
    assert found["in_set", "state"].limits.fail == 0.05
    assert found["value_range", "price"].params == {"minimum": "0", "maximum": "10", "exclusive": True}
    assert found["row_count", ""].params == {"minimum": 5, "maximum": None, "tolerance": None}
    assert found["mean_between", "price"].params == {"minimum": 1, "maximum": 2}
    assert found["unique_together", ""].params == {"columns": ["id", "day"]}
    assert found["compare_columns", ""].params == {"left": "end", "operator": ">=", "right": "start"}
    assert found["regex", "zip"].params == {"pattern": "^\\d{5}$"}


def test_the_report_of_a_suite_names_every_expectation_once():
    lines = read_contract(json.dumps(SUITE)).lines

    assert [line.place for line in lines] == [f"expectations[{i}]" for i in range(12)]
    told = {line.place: (line.carried, line.reason) for line in lines}
    assert told["expectations[8]"] == (Carried.NO, "there is no check like it")
    assert told["expectations[9]"][0] is Carried.PARTLY
    assert "at run time" in told["expectations[10]"][1]
    assert told["expectations[11]"][0] is Carried.NO


DBT = """
version: 2
models:
  - name: orders
    columns:
      - name: id
        tests: [unique, not_null]
      - name: state
        data_tests:
          - accepted_values:
              arguments: {values: [new, paid]}
              config: {severity: warn, where: "price > 0"}
      - name: customer
        tests:
          - relationships: {to: ref('customers'), field: id}
          - dbt_utils.accepted_range: {min_value: 0, inclusive: false}
          - dbt_expectations.expect_column_values_to_match_regex: {regex: "^C"}
          - our_package.strange: {x: 1}
          - not_null: {config: {where: "{{ var('x') }}", error_if: ">10"}}
    tests:
      - dbt_utils.unique_combination_of_columns: {combination_of_columns: [id, state]}
      - dbt_utils.expression_is_true: {expression: "a + b = c"}
sources:
  - name: raw
    tables: [{name: payments, columns: [{name: id, tests: [unique]}]}]
"""


def test_dbt_tests_become_rules():
    found = {(r.spec.check, r.spec.column): r.spec for r in read_contract(DBT, table="orders").rules}

    assert {("unique", "id"), ("missing_values", "id")} <= found.keys()
    state = found["in_set", "state"]
    assert (state.params, state.severity, state.when) == (
        {"values": ["new", "paid"]}, Severity.WARNING, "price > 0",
    )  # fmt: skip
    assert found["foreign_key", "customer"].params == {"source": "customers", "column": "id"}
    assert found["value_range", "customer"].params == {"minimum": "0", "exclusive": True}
    assert found["regex", "customer"].params == {"pattern": "^C"}
    assert found["unique_together", ""].params == {"columns": ["id", "state"]}
    assert found["expression", ""].params == {"condition": "a + b = c"}


def test_the_report_of_dbt_tests_says_what_is_left_out():
    told = {line.said: line for line in read_contract(DBT, table="orders").lines if line.reason}

    assert told["our_package.strange(customer)"].carried is Carried.NO
    assert told["not_null(customer)"].carried is Carried.PARTLY
    assert "error_if" in told["not_null(customer)"].reason
    assert told["another table"].place == "payments"


def test_a_dbt_file_with_several_tables_wants_a_name():
    assert {rule.spec.check for rule in read_contract(DBT, table="payments").rules} == {"unique"}
    with pytest.raises(InvalidContract, match="orders, payments"):
        read_contract(DBT)


KEYS = [
    "name",
    "columns",
    "tests",
    "type",
    "kwargs",
    "column",
    "mostly",
    "value_set",
    "properties",
    "quality",
    "metric",
    "mustBe",
    "arguments",
    "logicalType",
    "config",
    "accepted_values",
    "unique",
    "relationships",
    "logicalTypeOptions",
    "minimum",
    "enum",
]
json_like = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["expectations", "models", "sources", "schema"]), st.lists(json_like, max_size=3))
def test_whatever_stands_in_a_contract_it_is_read_or_refused(key, body):
    data = {key: body} | ({"kind": "DataContract", "apiVersion": "v3.1.0"} if key == "schema" else {})
    with suppress(InvalidContract):
        translation = read_contract(json.dumps(data))
        assert all(line.carried is Carried.YES or line.reason for line in translation.lines)
