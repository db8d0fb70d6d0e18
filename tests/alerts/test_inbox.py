"""The inbox: those who are responsible hear of what changed, once, where they work."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alerts import services
from alerts.models import Alert, Channel, Notice, Route
from alerts.services import Subject
from tests.alerts.helpers import FLIGHTS, breach, ok, say

pytestmark = pytest.mark.django_db

INBOX = "/alerts/inbox/"
BELL = {"HX-Request": "true", "HX-Target": "div#bell"}


def owned_by(person) -> Subject:
    return Subject(type="source", id="9", name="orders", owner=person.username)


def watch(person, subject: Subject = FLIGHTS, side: str = "watch") -> None:
    services.take_stance(person, subject_type=subject.type, subject_id=subject.id, side=side)


def lines(person) -> list[tuple[str, str]]:
    return list(Notice.objects.of(person).order_by("pk").values_list("reason", "title"))


class TestWhoIsTold:
    def test_the_owner_and_the_watchers_of_the_subject_and_nobody_else(self, user):
        owner, watcher, other = user("editor"), user("viewer"), user("operator")
        subject = owned_by(owner)
        watch(watcher, subject)

        say(breach(), subject=subject)

        assert lines(owner) == lines(watcher) == [("opened", "orders: score 0.71 is under 0.80")]
        assert lines(other) == []

    def test_whoever_was_put_in_charge_and_then_of_what_happens_to_it(self, user):
        by, ada = user("operator"), user("operator")
        alert = say(breach())
        services.assign(alert, assignee=ada, by=by)
        services.comment(alert, comment="the file was cut off", by=by)
        say(ok())

        assert [reason for reason, _ in lines(ada)] == ["assigned", "commented", "resolved"]
        assert lines(by) == []

    def test_nobody_of_what_they_did_themselves(self, user):
        ada = user("operator")
        watch(ada)
        alert = say(breach())
        services.acknowledge(alert, by=ada)
        services.assign(alert, assignee=ada, by=ada)

        assert [reason for reason, _ in lines(ada)] == ["opened"]

    def test_many_alerts_of_one_report_are_one_line_that_names_the_worst(self, user):
        ada = user()
        watch(ada)

        say(
            breach("a", severity="info", title="mild"),
            breach("b", title="grave"),
            breach("c", severity="info"),
        )

        notice = Notice.objects.of(ada).get()
        assert (notice.title, notice.severity, notice.count) == ("flights: grave", "critical", 3)

    def test_not_while_it_is_silenced_nor_that_it_is_over_when_nobody_heard_of_it(self, user):
        ada, by = user(), user("operator")
        watch(ada)
        ends = timezone.now() + timedelta(hours=1)
        services.create_silence(reason="planned work", ends_at=ends, by=by)

        say(breach())
        say(ok())

        assert lines(ada) == []

    def test_not_those_who_muted_the_subject_or_want_only_worse(self, user):
        muting, choosy, unwilling = user(), user(), user()
        for person in (choosy, unwilling):
            watch(person)
        watch(muting, side="mute")
        services.change_preference(choosy, in_app_from="critical")
        services.change_preference(unwilling, unwanted_kinds=["quality"])

        say(breach(severity="warning"))
        assert Notice.objects.count() == 0
        say(breach(severity="critical"))
        assert [notice.person for notice in Notice.objects.all()] == [choosy]

    def test_costs_the_same_for_any_number_of_alerts(self, user):
        for _ in range(3):
            watch(user())

        costs = []
        for word, size in (("few", 2), ("many", 20)):
            with CaptureQueriesContext(connection) as queries:
                say(*(breach(f"{word}{number}") for number in range(size)))
            costs.append(len(queries))

        assert costs[0] == costs[1]


class TestChannelIntoInboxes:
    @pytest.fixture
    def channel(self, user) -> Channel:
        Route.objects.all().delete()
        channel = services.create_channel(name="Bell", kind="in-app", by=user("admin"))
        services.create_route(name="All", channels=[channel], by=user("admin"))
        return channel

    def test_tells_all_who_may_handle_alerts_once(self, channel, user, drain):
        operator, viewer = user("operator"), user("viewer")
        watch(operator)

        say(breach())
        drain()

        assert [reason for reason, _ in lines(operator)] == ["opened"]
        assert lines(viewer) == []
        assert channel.notifications.get().state == "sent"

    def test_tells_the_people_it_names(self, channel, user, drain):
        viewer, operator = user("viewer"), user("operator")
        services.update_channel(channel, config={"people": [viewer.username]}, by=operator)

        say(breach())
        drain()

        assert [reason for reason, _ in lines(viewer)] == ["opened"]
        assert lines(operator) == []

    def test_takes_no_name_that_is_nobodys(self, client_as):
        page = client_as("operator").post(
            reverse("alerts:channel_create", args=["in-app"]), {"name": "x", "people": "nobody-at-all"}
        )

        assert page.status_code == 422
        assert "Nobody is called nobody-at-all." in page.content.decode()

    def test_can_be_tested(self, channel, user, drain):
        operator = user("operator")
        services.send_test(channel, by=operator)
        drain()

        assert lines(operator) == [("test", "[TEST] Bell: messages arrive here")]
        assert Notice.objects.of(operator).get().page == ""


class TestPage:
    @pytest.fixture
    def mine(self, client_as):
        client = client_as("viewer")
        person = client.get(INBOX).wsgi_request.user
        watch(person)
        say(breach(), breach("quality.rows", title="too few rows"))
        return client

    def test_lists_what_is_unread_and_leads_to_the_alert(self, mine):
        page = mine.get(INBOX)

        notice = page.context["page_obj"][0]
        assert f'href="{notice.alert.get_absolute_url()}"' in page.content.decode()
        assert "and 1 more" in page.content.decode()

    def test_looking_at_the_alert_marks_it_as_read(self, mine):
        notice = Notice.objects.get()
        mine.get(notice.page)

        assert list(mine.get(INBOX).context["page_obj"]) == []
        assert list(mine.get(f"{INBOX}?show=all").context["page_obj"]) == [notice]

    def test_one_or_all_are_marked_as_read(self, mine):
        say(breach("quality.third"))
        first, second = Notice.objects.order_by("pk")
        mine.post(reverse("alerts:inbox_read", args=[first.pk]))
        assert list(Notice.objects.unread()) == [second]

        mine.post(reverse("alerts:inbox_read_all"))
        assert not Notice.objects.unread().exists()

    def test_nobody_reaches_the_lines_of_others(self, mine, client_as):
        other = client_as("admin")
        notice = Notice.objects.get()

        assert list(other.get(f"{INBOX}?show=all").context["page_obj"]) == []
        assert other.post(reverse("alerts:inbox_read", args=[notice.pk])).status_code == 404
        other.post(reverse("alerts:inbox_read_all"))
        assert Notice.objects.unread().count() == 1

    def test_the_bell_counts_on_every_page_and_answers_304_until_something_changes(self, mine):
        assert '1<span class="visually-hidden"> unread' in mine.get("/").content.decode()
        first = mine.get(INBOX, headers=BELL)
        tag = BELL | {"HX-PTag": first["HX-PTag"]}

        assert first.content.decode().lstrip().startswith('<div id="bell"')
        assert mine.get(INBOX, headers=tag).status_code == 304
        mine.post(reverse("alerts:inbox_read_all"))
        assert mine.get(INBOX, headers=tag).status_code == 200


class TestApi:
    def test_reads_the_callers_inbox_and_marks_it_as_read(self, api):
        client = api("viewer")
        about = {"subject_type": "source", "subject_id": "7", "side": "watch"}
        assert client.post("/api/v1/alerts/watches", about, format="json").status_code == 201
        say(breach(), breach("quality.rows"))

        line = client.get("/api/v1/alerts/inbox?unread=true").json()["results"][0]
        assert (line["reason"], line["count"], line["read_at"]) == ("opened", 2, None)
        assert line["url"] == Alert.objects.get(pk=line["alert"]).get_absolute_url()
        assert client.post("/api/v1/alerts/inbox/read", {"ids": [line["id"]]}, format="json").json() == {
            "read": 1
        }
        assert client.get("/api/v1/alerts/inbox?unread=true").json()["count"] == 0

    def test_a_read_only_token_changes_nothing(self, api):
        client = api("viewer", scope="read")

        assert client.get("/api/v1/alerts/inbox").status_code == 200
        assert client.post("/api/v1/alerts/inbox/read", {}, format="json").status_code == 403
