"""Every wrong value is named with its instance, its feature and what would be right."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_registry.formats.faults import InvalidRows
from models_registry.formats.instances import Gate, columns_of
from models_registry.formats.signature import Feature, FeatureType, Signature, plain

SIGNATURE = Signature(
    (
        Feature("age", FeatureType.NUMBER, minimum=0, maximum=120),
        Feature("rooms", FeatureType.INTEGER),
        Feature("town", FeatureType.TEXT, categories=("Ulm", "Bonn")),
        Feature("street", FeatureType.TEXT, categories=("Main St",), open=True),
        Feature("garden", FeatureType.BOOLEAN),
        Feature("rent", FeatureType.NUMBER, required=False),
    )
)
GOOD = {"age": 5, "rooms": 3, "town": "Ulm", "street": "Side St", "garden": True, "rent": 1.5}


def check(*instances):
    return columns_of(SIGNATURE, instances)


def test_good_instances_become_columns_of_the_promised_types():
    columns = check(GOOD, GOOD | {"rooms": 4.0, "rent": None})

    assert list(columns["age"]) == [5.0, 5.0]
    assert [type(value) for value in plain(columns["rooms"])] == [int, int]
    assert columns["rent"] == [1.5, None]
    assert SIGNATURE.rows_of(columns)[1] == GOOD | {"rooms": 4, "rent": None}


def test_an_optional_feature_may_be_left_out():
    assert check({k: v for k, v in GOOD.items() if k != "rent"})["rent"] == [None]


def test_a_value_beyond_what_training_saw_is_the_drift_checks_business():
    assert check(GOOD | {"age": 999})["age"] == [999.0]


@pytest.mark.parametrize(
    ("feature", "value", "code", "said"),
    [
        ("age", "5", "wrong_type", 'age is "5"; give a finite number'),
        ("age", True, "wrong_type", "age is true; give a finite number"),
        ("age", [5], "wrong_type", "age is a list; give a finite number"),
        ("age", None, "required", "age is null; give a finite number"),
        ("age", math.nan, "not_finite", "age is NaN; give a finite number"),
        ("age", -math.inf, "not_finite", "age is -Infinity; give a finite number"),
        ("age", 10**400, "too_large", "too large; give a finite number"),
        ("rooms", 2.5, "wrong_type", "rooms is 2.5; give a whole number"),
        ("rooms", 2**60, "too_large", "too large; give a whole number"),
        ("town", "Paris", "unknown_category", 'town is "Paris"; give one of Ulm, Bonn'),
        ("town", 7, "wrong_type", "town is 7; give one of Ulm, Bonn"),
        ("street", {"no": 1}, "wrong_type", "street is an object; give a text"),
        ("street", "a\0b", "bad_text", "cannot be stored"),
        ("street", "\ud800", "bad_text", "cannot be stored"),
        ("street", "x" * 1001, "too_long", "longer than 1000 characters"),
        ("garden", 1, "wrong_type", "garden is 1; give true or false"),
        ("rent", "free", "wrong_type", 'rent is "free"; give a finite number'),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(feature, value, code, said):
    with pytest.raises(InvalidRows) as refused:
        check(GOOD, GOOD | {feature: value})

    fault = refused.value.faults[0]
    assert fault.loc == ("instances", 1, feature)
    assert fault.code == code
    assert said in fault.message
    assert str(refused.value).startswith("instances[1]: ")


def test_a_missing_feature_is_named():
    with pytest.raises(InvalidRows, match=r"instances\[0\]: age is missing; give a finite number"):
        check({k: v for k, v in GOOD.items() if k != "age"})


def test_an_unknown_feature_is_named_beside_the_known_ones():
    with pytest.raises(
        InvalidRows, match='"colour" is no feature of this model; known: age, rooms'
    ) as refused:
        check(GOOD | {"colour": "red"})
    assert refused.value.faults[0].loc == ("instances", 0, "colour")


@pytest.mark.parametrize("instance", [None, 3, "x", [GOOD]])
def test_an_instance_that_is_no_object_is_refused(instance):
    with pytest.raises(InvalidRows, match=r"instances\[1\]: is .*; give an object of features"):
        check(GOOD, instance)


def test_twenty_faults_are_named_and_the_rest_counted():
    with pytest.raises(InvalidRows, match=r"\(49 more\)") as refused:
        check(*[GOOD | {"age": "old"}] * 50)

    assert [fault.loc[1] for fault in refused.value.faults] == list(range(20))


def test_a_signature_survives_json():
    assert Signature.from_dict(SIGNATURE.as_dict()) == SIGNATURE


numbers = st.one_of(
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.sampled_from([None, True, "5", [1], 10**400, 1e300, 2.5, 7.0]),
)


@given(st.lists(st.fixed_dictionaries({"size": numbers, "rooms": numbers}), min_size=1, max_size=5))
def test_numbers_looked_at_together_pass_or_fail_as_each_does_alone(instances):
    features = (Feature("size", FeatureType.NUMBER), Feature("rooms", FeatureType.INTEGER))

    def told(*watched: Feature, rows):
        try:
            columns = columns_of(Signature(watched), rows)
        except InvalidRows as refused:
            return [(fault.loc[1:], fault.code) for fault in refused.faults]
        return {name: plain(values) for name, values in columns.items()}

    alone = [
        told(feature, rows=[{feature.name: row[feature.name]}]) for row in instances for feature in features
    ]
    together = told(*features, rows=instances)

    if faults := [fault for found in alone if isinstance(found, list) for fault in found]:
        assert sorted(code for _, code in together) == sorted(code for _, code in faults)
    else:
        assert together == {name: [row[name] for row in instances] for name in ("size", "rooms")}
        assert {type(value) for value in together["rooms"]} == {int}


def test_values_beyond_training_are_counted_by_feature_or_refused_each_with_its_place():
    gate = Gate(SIGNATURE)
    instances = [GOOD, GOOD | {"age": 121}, GOOD | {"age": -1, "rent": None}]

    assert gate.check(instances).broken == {("age", "out_of_range"): 2}
    with pytest.raises(InvalidRows) as refused:
        gate.check(instances, strict=True)
    assert [fault.loc for fault in refused.value.faults] == [("instances", 1, "age"), ("instances", 2, "age")]
    assert "age is 121.0; in training it was 0 to 120" in refused.value.faults[0].message
