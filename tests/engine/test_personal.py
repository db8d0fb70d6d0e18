"""What looks like personal data, and what is left of it when it is masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataops.engine.personal import PersonalKind, find_personal, mask, mask_text

COLUMNS = {
    "contact": (["ann@example.com", "bob.lee@mail.example.org"], PersonalKind.EMAIL),
    "E-Mail": (["", "n/a", "ann@example.com"], PersonalKind.EMAIL),
    "phone": (["0171 1234567", "555-0100"], PersonalKind.PHONE),
    "reach_me": (["+49 171 1234567", "+1 (555) 010-9999"], PersonalKind.PHONE),
    "account": (["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32"], PersonalKind.IBAN),
    "paid_with": (["4111111111111111", "5500 0000 0000 0004"], PersonalKind.CARD),
    "identifier": (["078-05-1120", "219-09-9999"], PersonalKind.NATIONAL_ID),
    "documento": (["12345678Z"], PersonalKind.NATIONAL_ID),
    "LastName": (["Lee", "Smith"], PersonalKind.PERSON),
    "date_of_birth": (["1990-01-01"], PersonalKind.PERSON),
    # What looks alike and is nobody's.
    "product_name": (["Lamp", "Chair"], None),
    "order_number": (["4111111111111112", "5500000000000005"], None),
    "iban_like": (["DE89370400440532013001"], None),
    "day": (["2024-01-02", "2024-01-03"], None),
    "amount": (["1234567", "2345678.50"], None),
    "address_count": (["1", "2"], None),
    "documentos": (["12345678A"], None),
    "street_market_share": (["0.5"], PersonalKind.PERSON),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_told_by_their_values_and_names(name):
    values, kind = COLUMNS[name]
    assert find_personal(name, [(value, 1) for value in values]) == kind


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("ann.lee@example.com", PersonalKind.EMAIL, "a***@e***.com"),
        ("+49 171 1234567", PersonalKind.PHONE, "+** *** *****67"),
        ("DE89370400440532013000", PersonalKind.IBAN, "*" * 20 + "00"),
        ("4111-1111-1111-1234", PersonalKind.CARD, "****-****-****-1234"),
        ("078-05-1120", PersonalKind.NATIONAL_ID, "***-**-**20"),
        ("Ann Lee", PersonalKind.PERSON, "A*** L***"),
        ("1234", PersonalKind.CARD, "****"),
    ],
)
def test_masks_keep_the_shape(text, kind, masked):
    assert mask(text, kind) == masked


def test_what_looks_personal_in_free_text_is_masked_and_the_rest_stays():
    line = "17;Ann;ann@example.com;4111 1111 1111 1111;2024-01-02;+49 171 1234567;12.50"
    assert mask_text(line) == "17;Ann;a***@e***.com;**** **** **** 1111;2024-01-02;+** *** *****67;12.50"


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text):
    assert mask_text(mask_text(text)) == mask_text(text)
    for kind in PersonalKind:
        mask(text, kind)
