"""The pages of alerts, as people with and without rights use them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts import services
from alerts.models import Alert, Notification
from alerts.services import Subject
from tests.alerts.helpers import FLIGHTS, breach, ok, post, say, text

pytestmark = pytest.mark.django_db

LIST = "/alerts/"


def bulk(client, action: str, ticks: list[str]) -> str:
    return text(post(client, "alert_bulk", action=action, resolution="fixed", alert=ticks))


class TestList:
    def test_starts_with_what_is_unresolved(self, client_as):
        say(breach("quality.score"), breach("quality.rows", title="too few rows"))
        say(ok("quality.score"))

        page = text(client_as("viewer").get(LIST))

        assert "too few rows" in page
        assert "score 0.71" not in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("status=all", ["a", "b", "c"]),
            ("status=resolved", ["c"]),
            ("severity=critical", ["a"]),
            ("kind=b", ["b"]),
            ("subject_type=model", []),
            ("subject=source:7", ["a", "b"]),
            ("subject=FLIGHTS&status=resolved", ["c"]),
            ("q=title+of+b", ["b"]),
            ("assignee=nobody", ["a", "b"]),
            ("assignee=me", []),
            ("severity=nonsense&page=99999", ["a", "b"]),
        ],
    )
    def test_filters(self, client_as, query, found):
        titled = [
            breach(kind, severity=severity, title=f"title of {kind}")
            for kind, severity in (("a", "critical"), ("b", "info"), ("c", "warning"))
        ]
        say(*titled)
        say(ok("c"))

        response = client_as("viewer").get(f"{LIST}?{query}")

        assert sorted(alert.kind for alert in response.context["page_obj"]) == found

    def test_a_chip_counts_what_a_click_would_show(self, client_as):
        say(breach("a"), breach("b", severity="info"), breach("c", severity="info"))
        say(ok("c"))

        groups = client_as("viewer").get(f"{LIST}?severity=info").context["groups"]

        counts = {group.name: {chip.label: chip.count for chip in group.chips} for group in groups}
        assert counts["Status"] == {
            "Active": 1,
            "Pending": 0,
            "Open": 1,
            "Acknowledged": 0,
            "Resolved": 1,
            "All": 2,
        }
        assert counts["Severity"] == {"Critical": 1, "Warning": 0, "Info": 1}

    def test_owners_and_ages_are_counted_and_chosen_like_the_rest(self, client_as):
        ada = Subject(type="source", id="8", name="fares", owner="ada")
        old = say(breach("a"), subject=ada)
        say(breach("a", severity="info"))
        Alert.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(days=8))
        client = client_as("viewer")

        groups = client.get(f"{LIST}?owner=ada").context["groups"]

        counts = {
            group.name: {chip.label: chip.count for chip in group.chips if chip.count} for group in groups
        }
        assert counts["Owner"] == {"ada": 1, "nobody": 1}
        assert counts["Open for"] == {"7 to 30 days": 1}
        for query in ("owner=ada", "age=month", "owner=ada&age=month"):
            assert [a.pk for a in client.get(f"{LIST}?{query}").context["page_obj"]] == [old.pk]
        for query in ("owner=nobody", "age=day"):
            assert old.pk not in [a.pk for a in client.get(f"{LIST}?{query}").context["page_obj"]]

    def test_of_many_kinds_the_most_frequent_and_the_chosen_one_are_shown(self, client_as):
        say(*(breach(f"kind {n:02}") for n in range(30)))

        groups = client_as("viewer").get(f"{LIST}?kind=kind+29").context["groups"]

        kinds = next(group.chips for group in groups if group.name == "Kind")
        assert len(kinds) == 13
        assert [chip.label for chip in kinds if chip.active] == ["kind 29"]

    def test_a_chip_keeps_the_other_choices_and_takes_its_own_back(self, client_as):
        say(breach())

        groups = client_as("viewer").get(f"{LIST}?severity=critical&q=score&page=2").context["groups"]

        urls = {chip.label: chip.url for group in groups for chip in group.chips}
        assert urls["Resolved"] == "?severity=critical&q=score&status=resolved"
        assert urls["Critical"] == "?q=score"

    @pytest.mark.parametrize("alert_count", [1, 3])
    def test_costs_the_same_at_any_length(self, client_as, alert_count, django_assert_max_num_queries):
        say(*(breach(f"kind{i}") for i in range(alert_count)))
        client = client_as("operator")

        for query in ("", "?severity=critical&q=score"):
            with django_assert_max_num_queries(10):
                client.get(LIST + query)

    def test_a_poll_gets_the_table_alone_and_nothing_when_nothing_changed(self, client_as):
        client = client_as("viewer")
        say(breach())
        first = client.get(LIST, headers={"HX-Request": "true"})
        tag = {"HX-Request": "true", "HX-PTag": first["HX-PTag"]}

        assert text(first).lstrip().startswith('<div id="alert-table"')
        assert client.get(LIST, headers=tag).status_code == 304
        say(breach())
        assert client.get(LIST, headers=tag).status_code == 200

    def test_empty_states_say_what_belongs_here(self, client_as):
        client = client_as("viewer")
        assert "No alerts yet" in text(client.get(LIST))

        say(breach())
        say(ok())
        assert "All is well" in text(client.get(LIST))
        assert "Nothing matches" in text(client.get(f"{LIST}?q=zebra"))


class TestBulk:
    def test_resolves_the_ticked_and_tells_it_in_one_message(self, client_as):
        say(breach("a"), breach("b"), breach("c"))
        ticks = [f"{alert.pk}:{alert.version}" for alert in Alert.objects.exclude(kind="c")]

        page = bulk(client_as("operator"), "resolve", ticks)

        assert "Resolved: 2." in page
        assert set(Alert.objects.values_list("kind", "status")) == {
            ("a", "resolved"), ("b", "resolved"), ("c", "open"),
        }  # fmt: skip
        assert [len(n.payload["alerts"]) for n in Notification.objects.order_by("pk")] == [3, 2]

    def test_leaves_out_what_changed_meanwhile(self, client_as, user):
        say(breach("a"), breach("b"))
        ticks = [f"{alert.pk}:{alert.version}" for alert in Alert.objects.all()]
        services.acknowledge(Alert.objects.get(kind="a"), by=user("operator"))

        page = bulk(client_as("operator"), "acknowledge", ticks)

        assert "Acknowledged: 1." in page
        assert "1 left as they are. This alert has changed" in page

    @pytest.mark.parametrize("ticks", [[], ["1"], ["a:b"], ["1:2:3"]])
    def test_without_readable_ticks_nothing_happens(self, client_as, ticks):
        page = bulk(client_as("operator"), "resolve", ticks)

        assert "Tick at least one" in page or "not readable" in page

    def test_returns_to_the_same_filters(self, client_as):
        response = client_as("operator").post(
            reverse("alerts:alert_bulk"), {"filters": "severity=critical\r\nX: y&q=ü"}
        )

        assert response["Location"] == "/alerts/?severity=critical%0D%0AX%3A+y&q=%C3%BC"


class TestDetail:
    def test_tells_what_where_since_when_and_who(self, client_as, user):
        say(breach(message="12 columns lost points"))
        alert = say(breach(value=0.65))
        services.acknowledge(alert, by=user("operator", username="ada"), comment="looking")

        page = text(client_as("viewer").get(alert.get_absolute_url()))

        for words in ("score 0.65 is under 0.80", "flights", "ada is on it", "looking", "Who was told"):
            assert words in page
        assert 'href="/quality/runs/' in page

    def test_offers_actions_only_to_who_may_use_them(self, client_as):
        alert = say(breach())

        assert "/acknowledge/" not in text(client_as("viewer").get(alert.get_absolute_url()))
        assert "/acknowledge/" in text(client_as("operator").get(alert.get_absolute_url()))

    @pytest.mark.parametrize("name", ["acknowledge", "resolve", "reopen", "assign", "comment"])
    def test_refuses_who_may_not(self, client_as, name):
        alert = say(breach())

        assert post(client_as("editor"), f"alert_{name}", alert.pk).status_code == 403

    def test_the_whole_life_by_forms(self, client_as, user):
        alert, client, ada = say(breach()), client_as("operator"), user("operator", username="ada")

        post(client, "alert_acknowledge", alert.pk, **{"acknowledge-version": 1})
        post(client, "alert_assign", alert.pk, **{"assign-version": 2, "assign-assignee": ada.pk})
        post(client, "alert_comment", alert.pk, **{"comment-comment": "it was the feed"})
        post(client, "alert_resolve", alert.pk, **{"resolve-version": 3, "resolve-resolution": "fixed"})
        page = text(post(client, "alert_reopen", alert.pk, **{"reopen-version": 4}))

        events = alert.events.values_list("kind", flat=True)
        assert list(events) == ["opened", "acknowledged", "assigned", "commented", "resolved", "reopened"]
        assert "Episodes" in page

    def test_a_stale_form_is_refused_and_keeps_what_was_typed(self, client_as):
        alert, client = say(breach(severity="warning")), client_as("operator")
        say(breach(severity="critical"))
        stale = {
            "resolve-version": alert.version,
            "resolve-resolution": "expected",
            "resolve-comment": "holiday",
        }

        response = post(client, "alert_resolve", alert.pk, **stale)

        assert response.status_code == 409
        assert "changed since you looked" in text(response)
        assert "holiday" in text(response)
        assert 'name="resolve-version" value="2"' in text(response)

    def test_a_form_that_the_alert_has_no_place_for_any_more_says_why_nothing_was_done(self, client_as):
        alert, client = say(breach()), client_as("operator")
        resolved = {"resolve-version": 1, "resolve-resolution": "fixed"}
        post(client, "alert_resolve", alert.pk, **resolved)

        again = post(client, "alert_resolve", alert.pk, **resolved)

        assert again.status_code == 409
        assert "changed since you looked" in text(again)

    def test_a_resolution_is_required(self, client_as):
        alert = say(breach())

        response = post(client_as("operator"), "alert_resolve", alert.pk, **{"resolve-version": 1})

        assert response.status_code == 422
        assert Alert.objects.get().status == "open"

    @pytest.mark.parametrize("pk", [404, 2**63, 2**80])
    def test_unknown_alerts_are_not_found(self, client_as, pk):
        assert client_as("viewer").get(f"/alerts/{pk}/").status_code == 404

    def test_is_drawn_when_there_are_values_to_draw(self, client_as):
        alert = say(breach(value=0.7))
        client = client_as("viewer")
        assert client.get(alert.get_absolute_url()).context["chart"] is None

        say(breach(value=0.6))
        chart = client.get(alert.get_absolute_url()).context["chart"]
        assert chart["series"][0]["values"] == [0.7, 0.6]
        assert chart["thresholds"] == [{"label": "Limit", "value": 0.8}]

    def test_costs_the_same_with_all_there_is_to_show(
        self, client_as, user, drain, django_assert_max_num_queries
    ):
        """A cause, what is open with it, earlier episodes and how they ended, a snooze, news in the inbox."""
        ada = user("operator", username="ada", email="ada@example.com")
        model = Subject(type="model", id="1", name="delays", owner="ada", upstream=(("source", "7"),))
        say(breach())
        for _ in range(4):
            say(breach("drift.data"), breach("drift.prediction"), subject=model)
            services.resolve(
                Alert.objects.get(kind="drift.data"), resolution="fixed", by=ada, comment="again"
            )
        say(breach("drift.data"), breach("drift.prediction"), subject=model)
        alert = Alert.objects.get(kind="drift.data")
        services.snooze(alert, until=timezone.now() + timedelta(hours=1), by=ada)
        drain()
        client = Client()
        client.force_login(ada, backend="dataops.web.locale.PeopleBackend")

        with django_assert_max_num_queries(15):
            page = text(client.get(alert.get_absolute_url()))
        for words in ("Probable cause", "Open with it", "How it ended before", "Episodes", "Who was told"):
            assert words in page

    def test_says_who_there_is_to_be_in_charge_when_asked(self, client_as, user):
        alert, client, ada = say(breach()), client_as("operator"), user("operator", username="ada")

        page = text(client.get(f"/alerts/{alert.pk}/assign/"))
        part = text(client.get(f"/alerts/{alert.pk}/assign/", headers={"HX-Request": "true"}))

        assert "<html" in page
        assert "<html" not in part
        for shown in (page, part):
            assert f'<option value="{ada.pk}">ada</option>' in shown


def test_hostile_names_are_shown_as_text(client_as):
    alert = say(breach(title="<script>alert(1)</script>", column="<b>"), subject=FLIGHTS)

    for path in (LIST, alert.get_absolute_url(), "/alerts/deliveries/"):
        assert "<script>alert(1)" not in text(client_as("operator").get(path))
