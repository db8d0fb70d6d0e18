"""Finding things by a piece of their name, and what the numbers mean."""

import pytest

from dataops.web.explanations import sections

pytestmark = pytest.mark.django_db


def found(client, text: str) -> dict[str, list[str]]:
    groups = client.get("/search/", {"q": text}).context["groups"]
    return {group.title: [hit.title for hit in group.hits] for group in groups}


def test_things_of_every_room_are_found_by_a_piece_of_their_name(client_as, checked, compared, alarm):
    alarm(checked("orders").source, title="score of orders fell")
    checked("old orders")
    compared("order-size")

    assert found(client_as("viewer"), "order") == {
        "Sources": ["orders", "old orders"],
        "Models": ["order-size"],
        "Open alerts": ["score of orders fell"],
    }


def test_without_a_text_there_are_places_to_go(client_as, checked):
    checked("orders")

    assert set(found(client_as("viewer"), "")) == {"Go to"}
    assert "Upload data" not in found(client_as("viewer"), "upload").get("Go to", [])
    assert "Upload data" in found(client_as("editor"), "upload")["Go to"]


def test_people_are_found_by_those_who_manage_them(client_as, user):
    user("viewer", username="grace")

    assert "People" not in found(client_as("operator"), "grace")
    assert found(client_as("admin"), "grace")["People"] == ["grace"]


@pytest.mark.parametrize("text", ["%", "'; --", "🛑" * 80, "<b>"])
def test_odd_text_finds_nothing_and_is_shown_as_it_is(text, client_as):
    page = client_as("viewer").get("/search/", {"q": text}).content.decode()

    assert "Nothing is called" in page
    assert "<b>”" not in page


def test_the_palette_gets_what_was_found_alone(client_as, checked):
    checked("orders")
    answer = client_as("viewer").get("/search/?q=orders", headers={"HX-Request": "true"})

    assert b"data-hit" in answer.content
    assert b"<html" not in answer.content


@pytest.mark.parametrize("count", [1, 8])
def test_a_search_costs_the_same_at_any_size(count, client_as, checked, django_assert_max_num_queries):
    for number in range(count):
        checked(f"orders {number}")
    client = client_as("editor")

    with django_assert_max_num_queries(8):
        client.get("/search/?q=orders", headers={"HX-Request": "true"})


def test_every_number_says_what_it_means_and_is_found_by_its_name(client_as):
    page = client_as("viewer").get("/help/").content.decode()
    explained = [one for section in sections() for one in section.explanations]

    assert all(one.label and one.meaning for one in explained)
    assert all(f'id="{one.key}"' in page for one in explained)
    assert found(client_as("viewer"), "adjusted") == {"What it means": ["p, adjusted"]}
