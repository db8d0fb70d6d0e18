"""Views of the list that people keep, for themselves or for everybody."""

import pytest
from django.urls import reverse

from alerts import services
from alerts.models import SavedView
from tests.alerts.helpers import breach, say

pytestmark = pytest.mark.django_db

API = "/api/v1/alerts/views"


def keep(client, query: str, name: str = "mine", **data):
    return client.post(reverse("alerts:view_save"), {"name": name, "query": query} | data, follow=True)


def test_a_kept_view_is_above_the_list_and_shows_what_its_filters_show(client_as):
    say(breach(title="a critical one"), breach("other", severity="info", title="a mild one"))
    viewer = client_as("viewer")

    keep(viewer, "severity=info&page=3", name="only mild")

    assert 'href="?severity=info"' in viewer.get("/alerts/").content.decode()
    shown = viewer.get("/alerts/?" + SavedView.objects.get(name="only mild").query).content.decode()
    assert "a mild one" in shown
    assert "a critical one" not in shown


def test_only_shared_views_are_shown_to_others_and_nobody_else_deletes_them(client_as):
    say(breach())
    owner = client_as("viewer")
    keep(owner, "severity=info", name="private")
    keep(owner, "severity=info", name="for all", shared="on")
    operator = client_as("operator")

    page = operator.get("/alerts/").content.decode()
    shared = SavedView.objects.get(name="for all")

    assert "for all" in page
    assert "private" not in page
    assert operator.post(reverse("alerts:view_delete", args=[shared.pk])).status_code == 404
    owner.post(reverse("alerts:view_delete", args=[shared.pk]))
    assert [view.name for view in SavedView.objects.all()] == ["private"]


@pytest.mark.parametrize("door", ["page", "script"])
def test_an_administrator_deletes_what_others_share_and_nothing_else(client_as, api, user, door):
    say(breach())
    ada = user("viewer", username="ada")
    shared = services.save_view(name="for all", query="severity=info", shared=True, by=ada)
    private = services.save_view(name="private", query="severity=info", by=ada)
    admin, script = client_as("admin"), api("admin")

    def delete(view: SavedView) -> int:
        if door == "script":
            return script.delete(f"{API}/{view.pk}").status_code
        return admin.post(reverse("alerts:view_delete", args=[view.pk])).status_code

    assert "Delete the view for all of ada?" in admin.get("/alerts/").content.decode()
    assert "Delete the view" not in client_as("operator").get("/alerts/").content.decode()
    assert (delete(private), delete(shared) in (204, 302)) == (404, True)
    assert list(SavedView.objects.all()) == [private]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "No filter"),
        ("severity=loud", "severity"),
        ("", "Narrow the list first"),
        ("page=2", "Narrow the list first"),
        ("q=" + "x" * 600, "at most 200"),
    ],
)
def test_what_the_list_does_not_know_is_not_kept(client_as, query, said):
    say(breach())

    page = keep(client_as("viewer"), query).content.decode()

    assert said in page
    assert not SavedView.objects.exists()


def test_the_same_name_again_changes_ones_own_view(user):
    ada, ben = user("viewer"), user("operator")
    services.save_view(name="mine", query="severity=info", by=ada)
    services.save_view(name="mine", query="severity=info", by=ben)
    services.save_view(name="mine", query="owner=me", shared=True, by=ada)

    views = SavedView.objects.filter(owner=ada)
    assert [(view.query, view.shared) for view in views] == [("owner=me", True)]


def test_scripts_keep_list_and_delete_views(api):
    script = api("viewer")

    made = script.post(API, {"name": "mine", "query": "owner=me&age=week"}, format="json")
    refused = script.post(API, {"name": "bad", "query": "colour=red"}, format="json")

    assert made.status_code == 201, made.json()
    assert refused.status_code == 422
    assert [view["query"] for view in script.get(API).json()["results"]] == ["owner=me&age=week"]
    assert script.delete(f"{API}/{made.json()['id']}").status_code == 204
    assert script.get(API).json()["results"] == []
