"""What people say of how they are told, and that it is kept."""

from dataclasses import replace
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from alerts import services
from alerts.models import Channel, MailRefusal, Notification, PostponedMail, Preference, Route
from alerts.services import links
from dataops.web.teams import set_teams
from tests.alerts.helpers import FLIGHTS, breach, ok, say

pytestmark = pytest.mark.django_db

PREFERENCES = "/alerts/preferences/"
NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
QUIET = {"quiet_from": time(22), "quiet_to": time(7), "time_zone": "Europe/Berlin"}


@pytest.fixture
def told(user):
    """``told(mail_info="never")``: somebody with these preferences whom every alert is mailed to."""

    def make(**wishes):
        person = user("operator")
        services.change_preference(person, **wishes)
        channel, _ = Channel.objects.update_or_create(
            name="Team",
            defaults={"kind": "email", "config": {"recipients": [person.email, "team@example.com"]}},
        )
        Route.objects.all().delete()
        services.create_route(name="All", channels=[channel], by=person)
        return person

    return make


def mailed_to(address: str) -> list[str]:
    return [message.subject for message in mail.outbox if message.to == [address]]


class TestMail:
    def test_comes_at_once_for_those_who_have_said_nothing(self, told, drain):
        ada = told()
        Preference.objects.all().delete()
        say(breach())
        drain()

        assert len(mailed_to(ada.email)) == 1

    def test_leaves_out_what_a_person_wants_not_and_names_the_rest(self, told, drain):
        ada = told(mail_critical="never")
        say(breach("a", severity="critical", title="grave"), breach("b", severity="warning", title="mild"))
        drain()

        assert mailed_to(ada.email) == ["[WARNING] flights: mild"]
        assert mailed_to("team@example.com") == ["[CRITICAL] flights: grave (+1 more)"]

    @pytest.mark.parametrize("wish", [{"unwanted_kinds": ["quality"]}, {"mail_critical": "never"}])
    def test_the_log_says_who_was_left_out_as_they_wish(self, told, drain, wish):
        ada = told(**wish)
        say(breach())
        drain()

        assert mailed_to(ada.email) == []
        said = Notification.objects.get().attempts.get().detail
        assert said == f"accepted for team@example.com; not now, as they wish: {ada.email}"

    def test_about_a_muted_subject_comes_to_the_others_only(self, told, drain):
        ada = told()
        services.take_stance(ada, subject_type=FLIGHTS.type, subject_id=FLIGHTS.id, side="mute")
        say(breach())
        drain()

        assert mailed_to(ada.email) == []
        assert len(mailed_to("team@example.com")) == 1


class TestLater:
    def test_quiet_hours_keep_mail_until_they_end_and_send_it_as_one(self, told, drain):
        ada = told(**QUIET)
        with time_machine.travel(NIGHT, tick=False) as clock:
            say(*(breach(title, severity="warning", title=title) for title in ("first", "second")))
            drain()
            assert mailed_to(ada.email) == []
            assert (services.send_postponed(), PostponedMail.objects.count()) == (0, 2)

            clock.move_to(datetime(2026, 3, 3, 6, 1, tzinfo=UTC))
            assert (services.send_postponed(), services.send_postponed()) == (1, 0)
            drain()

        assert mailed_to(ada.email) == ["[SUMMARY] 2 alerts kept for you"]
        assert all(title in mail.outbox[-1].body for title in ("first", "second"))

    @pytest.mark.parametrize(("wakes", "count"), [(True, 1), (False, 0)])
    def test_critical_ones_wake_those_who_let_them(self, told, drain, wakes, count):
        ada = told(**QUIET, critical_wakes=wakes)
        with time_machine.travel(NIGHT, tick=False):
            say(breach(severity="critical"))
            drain()

        assert len(mailed_to(ada.email)) == count

    def test_the_daily_summary_tells_the_last_word_of_each_alert(self, told, drain):
        ada = told(mail_warning="daily", summary_at=time(8), time_zone="UTC")
        with time_machine.travel(NIGHT, tick=False) as clock:
            say(breach(severity="warning"))
            drain()
            say(ok())
            drain()
            clock.move_to(datetime(2026, 3, 3, 8, 1, tzinfo=UTC))
            services.send_postponed()
            drain()

        assert mailed_to(ada.email) == ["[SUMMARY] 1 alert kept for you"]
        assert "RESOLVED" in mail.outbox[-1].body

    def test_nothing_is_sent_to_who_has_left(self, told, drain):
        ada = told(mail_critical="daily")
        say(breach())
        drain()
        ada.is_active = False
        ada.save()
        PostponedMail.objects.update(due_at=datetime(2026, 1, 1, tzinfo=UTC))

        assert services.send_postponed() == 0
        assert not PostponedMail.objects.exists()

    @pytest.mark.parametrize(
        ("now", "until"),
        [
            (datetime(2026, 3, 2, 20, 59, tzinfo=UTC), None),
            (datetime(2026, 3, 2, 21, 0, tzinfo=UTC), datetime(2026, 3, 3, 6, 0, tzinfo=UTC)),
            (datetime(2026, 3, 3, 5, 59, tzinfo=UTC), datetime(2026, 3, 3, 6, 0, tzinfo=UTC)),
            # The night in which clocks go forward: they end at the same hour of the clock.
            (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        ],
    )
    def test_quiet_hours_go_by_the_clock_of_the_person(self, now, until):
        assert Preference(**QUIET).quiet_until(now, "warning") == until


class TestUnsubscribe:
    def test_every_mail_carries_the_link_and_the_headers_of_one_click(self, told, drain):
        ada = told()
        say(breach())
        drain()
        letter = next(message for message in mail.outbox if message.to == [ada.email])

        link = letter.extra_headers["List-Unsubscribe"].strip("<>")
        assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in letter.body
        assert links.read_unsubscribe(link.partition("token=")[2].replace("%3A", ":")) == ada.email

    def test_opening_the_link_changes_nothing_and_its_button_stops_all_mail(self, told, drain, client):
        ada = told()
        path = "{0.path}?{0.query}".format(urlsplit(links.unsubscribe_link(ada.email)))

        assert "Unsubscribe</button>" in client.get(path).content.decode()
        assert not MailRefusal.objects.exists()
        client.post(path, {"List-Unsubscribe": "One-Click"})
        say(breach())
        drain()
        assert mailed_to(ada.email) == []
        assert len(mailed_to("team@example.com")) == 1

    def test_it_needs_no_cookie_and_takes_no_other_token(self, client):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(links.unsubscribe_link("x@example.com")).status_code == 200
        for token in ("", "x", links.acknowledge_link(1, "x@example.com")):
            assert client.post("/alerts/unsubscribe/", {"token": token}).status_code == 400

    def test_is_taken_back_by_the_link_or_on_the_page(self, client, client_as):
        mine = client_as("viewer")
        me = mine.get(PREFERENCES).wsgi_request.user
        services.refuse_mail(me.email.upper())
        assert "You unsubscribed" in mine.get(PREFERENCES).content.decode()

        mine.post("/alerts/preferences/mail/")
        assert not MailRefusal.objects.exists()
        services.refuse_mail(me.email)
        client.post(links.unsubscribe_link(me.email), {"again": "yes"})
        assert not MailRefusal.objects.exists()


class TestThoseResponsible:
    def test_hear_by_mail_through_a_channel_that_names_nobody(self, user, drain):
        ada, other = user("editor"), user("operator")
        Route.objects.all().delete()
        channel = services.create_channel(name="Owners", kind="personal", by=other)
        services.create_route(name="All", channels=[channel], by=other)
        services.take_stance(ada, subject_type=FLIGHTS.type, subject_id=FLIGHTS.id, side="watch")
        say(breach())
        drain()

        services.send_test(channel, by=other)
        drain()

        assert [message.to for message in mail.outbox] == [[ada.email], [other.email]]

    def test_hear_with_their_team_where_route_and_channel_say_so(self, user, drain, api):
        ada, bo, other = user("editor"), user("viewer"), user("operator")
        for person in (ada, bo):
            set_teams(person, ["Warehouse"])
        Route.objects.all().delete()
        config = {"teams": ["Warehouse"]}
        channel = services.create_channel(name="Warehouse", kind="personal", config=config, by=other)
        match = {"team": "Warehouse"}
        services.create_route(name="Theirs", match=match, channels=[channel], by=other)

        say(breach(), subject=replace(FLIGHTS, owner=ada.username))
        say(breach(), subject=replace(FLIGHTS, id="8", owner=other.username))
        drain()

        assert [message.to for message in mail.outbox] == [[ada.email], [bo.email]]
        body = {"config": {"teams": ["Wharehouse"]}}
        refused = api("operator").patch(f"/api/v1/alerts/channels/{channel.pk}", body, format="json")
        assert "No team is called Wharehouse" in refused.json()["errors"][0]["msg"]


class TestDoors:
    def form(self, **changes) -> dict:
        return {
            "mail_critical": "now", "mail_warning": "daily", "mail_info": "never", "in_app_from": "warning",
            "summary_at": "07:30", "time_zone": "Europe/Berlin",
        } | changes  # fmt: skip

    def test_the_page_keeps_what_it_is_given(self, client_as):
        client = client_as("viewer")
        client.post(
            PREFERENCES,
            self.form(quiet_from="22:00", quiet_to="07:00", unwanted_kinds="drift\nquality.score"),
        )

        saved = Preference.objects.get()
        assert (saved.mail_warning, saved.summary_at, saved.critical_wakes) == ("daily", time(7, 30), False)
        assert saved.unwanted_kinds == ["drift", "quality.score"]

    def test_the_page_says_what_does_not_fit(self, client_as):
        page = client_as("viewer").post(PREFERENCES, self.form(quiet_from="22:00"))

        assert page.status_code == 422
        assert "give both, or neither" in page.content.decode()

    def test_the_api_changes_what_it_is_given_and_leaves_the_rest(self, api):
        client = api("viewer")
        before = client.get("/api/v1/alerts/preferences").json()
        after = client.patch("/api/v1/alerts/preferences", {"mail_info": "daily"}, format="json").json()

        assert after == before | {"mail_info": "daily"}
        refused = client.patch("/api/v1/alerts/preferences", {"time_zone": "Mars/Base"}, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["body", "time_zone"])

    def test_a_subject_is_watched_muted_and_let_go_on_the_page_of_its_alert(self, client_as):
        client, alert = client_as("viewer"), say(breach())
        about = {
            "subject_type": "source",
            "subject_id": "7",
            "name": "flights",
            "next": alert.get_absolute_url(),
        }

        for side, said in (("watch", "You watch it"), ("mute", "It is muted"), ("", "if it is yours")):
            page = client.post("/alerts/stance/", about | {"side": side}, follow=True)
            assert page.request["PATH_INFO"] == alert.get_absolute_url()
            assert said in page.content.decode()

    def test_a_stance_about_nothing_known_is_refused(self, user):
        with pytest.raises(ValidationError):
            services.take_stance(user(), subject_type="planet", subject_id="1", side="watch")
