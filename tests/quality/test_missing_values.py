"""What means missing can be said for a source and for single columns of it, by every door."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality import services
from quality.forms.missing import ColumnWords
from quality.models import DataSource
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db
API = "/api/v1/data-quality/sources"


def with_words(i: int, fields: list[str]) -> list[str]:
    """Half of the names NA, a quarter of the prices a dash, one day blank."""
    return [fields[0], "NA" if i % 2 else fields[1], "-999" if i % 4 == 0 else fields[2], *fields[3:]]


def missing_of(run) -> dict[str, int]:
    return dict(run.results.filter(check_key="missing_values").values_list("column", "failed"))


def test_a_column_has_its_own_words_instead_of_those_of_the_source(uploaded):
    source = uploaded(csv_bytes(edit=with_words)).source
    services.update_source(
        source,
        by=None,
        missing_tokens=["NA"],
        column_missing={"price": {"tokens": ["-999"]}, "name": {"tokens": ["item 3"], "whitespace": True}},
    )
    run = services.request_run(source)
    services.execute_run(run.pk)

    # Of the even numbers below 200, those that leave 3 when divided by 17: 20, 54, 88, 122, 156 and 190.
    assert missing_of(run) == {"id": 0, "name": 6, "price": 50, "day": 0}


def test_every_row_that_is_missing_by_the_words_of_its_column_is_shown(uploaded):
    source = uploaded(csv_bytes(edit=with_words)).source
    services.update_source(source, by=None, column_missing={"price": {"tokens": ["-999"]}})
    run = services.request_run(source)
    services.execute_run(run.pk)

    result = run.results.get(check_key="missing_values", column="price")
    kept = result.failing_rows
    price = kept.columns.index("price")
    assert len(kept.rows) > 0
    assert {row[1 + price] for row in kept.rows} == {"-999"}


def test_the_api_keeps_it_and_the_settings_page_shows_and_saves_it(uploaded, api, client_as):
    source = uploaded().source
    sent = {"price": {"tokens": ["-", "n/a"]}, "na:me": {"tokens": ["a, b"], "whitespace": False}}
    answer = api("editor").patch(f"{API}/{source.pk}", {"column_missing": sent}, format="json")

    kept = {"price": {"tokens": ["-", "n/a"], "whitespace": True}, "na:me": sent["na:me"]}
    assert (answer.status_code, answer.json()["column_missing"]) == (200, kept)

    client, url = client_as("editor"), reverse("quality:source_settings", args=[source.pk])
    form = client.get(url).context["form"]
    assert form["column_missing"].value() == '"na:me": "a, b"; blanks are values\nprice: -, n/a'
    fields = {name: form[name].value() or "" for name in form.fields}
    client.post(url, fields | {"column_missing": f"{fields['column_missing']}\r\nday:"})
    stored = DataSource.objects.get().column_missing
    assert stored == kept | {"day": {"tokens": [], "whitespace": True}}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (["-"], "dictionary"),
        ({"price": ["-"]}, "give an object"),
        ({"price": {"token": ["-"]}}, "'token' is not known"),
        ({"price": {"tokens": "-"}}, "a list of"),
        ({"price": {"tokens": [" - "]}}, "' - ' is no word"),
        ({"price": {"whitespace": "often"}}, "whitespace is true"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_column(uploaded, api, sent, told):
    source = uploaded().source
    answer = api("editor").patch(f"{API}/{source.pk}", {"column_missing": sent}, format="json")

    assert answer.status_code == 422
    assert told in str(answer.json())
    assert DataSource.objects.get().column_missing == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("price -", "Line 1: write a column, a colon"),
        ("a: -\n\na: x", "Line 3: column 'a' is named twice"),
        ('a: "x', "Line 1: separate words by commas"),
        (r'a: "\q"', "Line 1"),
        (f"a: {'x' * 61}", "no word of 1 to 60 characters"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(uploaded, client_as, text, told):
    source = uploaded().source
    client, url = client_as("editor"), reverse("quality:source_settings", args=[source.pk])
    answer = client.post(url, {"name": source.name, "column_missing": text, "failing_rows_days": 30})

    assert told in answer.context["form"].errors["column_missing"][0]
    assert DataSource.objects.get().column_missing == {}


words = st.text(min_size=1, max_size=8).filter(lambda word: word == word.strip())
rules = st.fixed_dictionaries(
    {"tokens": st.lists(words, max_size=3, unique=True), "whitespace": st.booleans()}
)


# Slow is the first example on a busy machine: it reads the tables of Unicode.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(max_size=8), rules, max_size=3))
def test_lines_say_the_same_as_what_is_stored(stored):
    field = ColumnWords()

    assert field.to_python(field.prepare_value(stored) or "") == stored
