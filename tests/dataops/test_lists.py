"""Lists of sources and of models: narrowed, sorted, kept as views, and acted on by the row."""

import pytest
from django.test import Client
from django.urls import reverse

from alerts.models import Channel, Route, SavedView
from dataops.web import audit
from models_registry.models import DriftRun, Model, ModelVersion
from quality.models import CheckRun, DataSource, Snapshot

pytestmark = pytest.mark.django_db

LISTS = {"quality": "quality:source_list", "models": "models:model_list"}


@pytest.fixture(params=LISTS)
def area(request) -> str:
    return request.param


@pytest.fixture
def things(area, user) -> dict[str, DataSource | Model]:
    """Three of the area by name: one owned by ada, one tagged, and one put away."""
    kind = DataSource if area == "quality" else Model
    more = {} if area == "quality" else {"task": "regression"}
    return {
        "orders": kind.objects.create(name="orders", owner=user("viewer", username="ada"), **more),
        "returns": kind.objects.create(name="returns", tags=["größe", "eu"], **more),
        "gone": kind.objects.create(name="gone", archived_at="2026-01-05T00:00Z", **more),
    }


def listed(client: Client, area: str, query: str = "") -> list[str]:
    rows = client.get(f"{reverse(LISTS[area])}?{query}").context["rows"]
    return [(row["source"] if area == "quality" else row.model).name for row in rows]


def ticked(client: Client, area: str, action: str, *things) -> str:
    """The page after the action, as text."""
    asked = {"action": action, "tick": [thing.pk for thing in things], "filters": "sort=-name&tag=eu"}
    answer = client.post(reverse(LISTS[area].replace("_list", "_bulk")), asked, follow=True)
    assert answer.redirect_chain[-1][0].endswith("?sort=-name&tag=eu")
    return answer.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["orders", "returns"]),
        ("sort=-name", ["returns", "orders"]),
        ("sort=nonsense", ["orders", "returns"]),
        ("owner=ada", ["orders"]),
        ("tag=gr%C3%B6%C3%9Fe", ["returns"]),
        ("tag=e", []),
        ("state=archived", ["gone"]),
        ("owner=ada&tag=eu", []),
    ],
)
def test_a_list_is_narrowed_and_sorted_by_its_address(client_as, area, things, query, names):
    assert listed(client_as(), area, query) == names


def test_what_has_no_value_comes_last_either_way(client_as, user):
    for name, score in (("bad", 0.1), ("good", 0.9), ("never", None)):
        source = DataSource.objects.create(name=name)
        if score is not None:
            snapshot = Snapshot.objects.create(source=source, sha256=name, bytes=1)
            source.newest_run = CheckRun.objects.create(source=source, snapshot=snapshot, score=score)
            source.save()

    assert listed(client_as(), "quality", "sort=score") == ["bad", "good", "never"]
    assert listed(client_as(), "quality", "sort=-score") == ["good", "bad", "never"]


def test_a_header_turns_the_order_around_and_keeps_the_rest(client_as, area, things):
    page = client_as().get(f"{reverse(LISTS[area])}?q=r&sort=name&page=1").content.decode()

    assert 'aria-sort="ascending"><a class="sort" href="?q=r&amp;sort=-name"' in page


def test_a_view_of_the_list_is_kept_for_that_list_alone(client_as, area, things):
    client, query = client_as(), "owner=ada&sort=-name"
    client.post(reverse("alerts:view_save"), {"area": area, "name": "mine", "query": query})
    client.post(reverse("alerts:view_save"), {"area": area, "name": "bad", "query": "colour=red"})

    assert [(view.area, view.name, view.query) for view in SavedView.objects.all()] == [(area, "mine", query)]
    shown = f'href="?{query.replace("&", "&amp;")}"'
    assert shown in client.get(reverse(LISTS[area])).content.decode()
    assert shown not in client.get(reverse("alerts:alert_list")).content.decode()


def test_the_ticked_are_archived_and_brought_back(client_as, area, things):
    editor = client_as("editor")
    two = things["orders"], things["returns"]

    assert "Archived: 2." in ticked(editor, area, "archive", *two)
    assert listed(editor, area, "state=archived") == ["gone", "orders", "returns"]
    assert "Brought back: 1." in ticked(editor, area, "restore", things["gone"])
    assert listed(editor, area) == ["gone"]


def test_what_cannot_be_checked_is_told_and_the_others_are_asked_for(client_as, area, things):
    able, unable = things["orders"], things["returns"]
    if area == "quality":
        Snapshot.objects.create(source=able, sha256="1", bytes=1, storage_name="x")
    else:
        able.champion = ModelVersion.objects.create(
            model=able, number=1, state="ready", reference_profile=b"something"
        )
        able.save()
    page = ticked(client_as("editor"), area, "check", able, unable)

    assert "Checks asked for: 1." in page
    assert "1 is left as it is:" in page
    assert (CheckRun if area == "quality" else DriftRun).objects.count() == 1


def test_without_ticks_or_rights_nothing_is_done(client_as, area, things):
    bulk = reverse(LISTS[area].replace("_list", "_bulk"))
    asked = {"action": "archive", "tick": [things["orders"].pk]}

    assert client_as("viewer").post(bulk, asked).status_code == 403
    assert 'id="bulk"' not in client_as("viewer").get(reverse(LISTS[area])).content.decode()
    assert "tick at least one row" in ticked(client_as("editor"), area, "archive")
    assert "tick at least one row" in ticked(client_as("editor"), area, "explode", things["orders"])
    assert listed(client_as(), area) == ["orders", "returns"]


@pytest.mark.parametrize("page", ["alerts:channel_list", "alerts:route_list", "settings:user_list"])
def test_lists_of_settings_say_who_changed_each_row_last(client_as, user, page):
    areas = {"alerts:channel_list": ("channel", Channel), "alerts:route_list": ("route", Route)}
    area, kind = areas.get(page, ("user", type(user("viewer", username="ada"))))
    changer = user("admin", username="grace")
    for action in (f"{area}.created", f"{area}.changed"):
        audit.record(action, by=changer, target=kind._default_manager.first())
    audit.record("session.ended", by=user("admin", username="eve"), target=kind._default_manager.first())

    text = client_as("admin").get(reverse(page)).content.decode()
    assert "grace, <time" in text
    assert "eve, <time" not in text
