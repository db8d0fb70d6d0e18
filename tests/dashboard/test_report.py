"""The business report: in plain words on a page, and by mail every week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from alerts.models import Alert, Notification
from alerts.services import deliver_due
from dashboard import services
from dashboard.presenters.business import report
from dashboard.services import WeeklyMail
from dashboard.tasks import send_weekly_report
from dataops.web.models import AuditEvent, Locale
from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)


@pytest.fixture
def orders(checked, user):
    """A source of Ada that fell below its limit this week."""
    checked("orders", 0.95, at=days_ago(9))
    source = checked("orders", 0.5, at=days_ago(1)).source
    source.owner, source.tags = user("editor", first_name="Ada", last_name="Lovelace"), ["sales", "daily"]
    source.save()
    return source


@pytest.fixture
def weekly(user):
    """``weekly(recipients=[...])``: the mail as it is set up, due an hour ago."""

    def set_up(**fields) -> WeeklyMail:
        due = timezone.now() - timedelta(hours=1)
        plan = {
            "enabled": True,
            "recipients": ["boss@example.com"],
            "weekday": due.weekday(),
            "hour": due.hour,
        }
        services.set_weekly_mail(plan | fields, by=user("admin"))
        return services.weekly_mail()

    return set_up


def test_each_owner_has_a_card_in_plain_words(orders, checked, alarm):
    alarm(orders)
    checked("returns", 0.97)
    made = report("owner")
    ada, nobody = made.cards

    assert made.headline == "1 of 2 data sources is in order."
    assert (ada.area.name, ada.grade, ada.points, ada.area.open_alerts) == (
        "Ada Lovelace", "Needs attention", "50", 1,
    )  # fmt: skip
    assert ada.text == "1 of 1 data source needs attention: orders."
    assert ada.trend == "45 points worse than a week ago."
    assert (nobody.area.name, nobody.text) == ("No owner", "1 data source, nothing to do.")
    assert (ada.area.daily[0], ada.area.daily[-1]) == (0.95, 0.5)


def test_a_source_stands_under_each_of_its_tags(orders):
    assert {card.area.name for card in report("tag").cards} == {"sales", "daily"}


@pytest.mark.parametrize("by", ["owner", "tag"])
def test_the_numbers_of_a_card_lead_to_what_they_are_of(by, orders, checked, alarm, client_as):
    Alert.objects.filter(pk=alarm(orders).pk).update(subject_owner=orders.owner.username)
    alarm(checked("returns", 0.97).source)
    card = next(card for card in report(by).cards if card.area.name in ("Ada Lovelace", "sales"))
    sources, alerts = (
        client_as().get(url).content.decode().partition("<tbody")[2] for url in (card.url, card.alerts_url)
    )

    assert "orders" in sources
    assert "orders" in alerts
    assert "returns" not in sources + alerts


def test_the_page_shows_it_to_everybody(orders, client_as):
    page = client_as("viewer").get("/report/?by=tag").content.decode()

    assert "No data source is in order." in page
    assert ">sales" in page.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("count", [1, 4])
def test_the_report_costs_the_same_at_any_size(count, checked, django_assert_max_num_queries):
    for number in range(count):
        checked(f"orders {number}", 0.5)

    with django_assert_max_num_queries(6):
        report("tag")


def test_the_weekly_mail_goes_out_once_a_week(orders, weekly):
    weekly()
    send_weekly_report()
    send_weekly_report()
    deliver_due()
    (sent,) = mail.outbox

    assert (sent.to, sent.subject) == (["boss@example.com"], "Your data this week")
    assert "Ada Lovelace: Needs attention · 50 of 100" in sent.body
    assert "/report/" in sent.body
    assert any(part.get_content_type() == "image/png" for part in sent.attachments)


def test_the_weekly_mail_speaks_the_language_of_each_reader(orders, weekly, user):
    reader = user("viewer", email="jana@example.com")
    Locale.objects.create(person=reader, language="de")
    weekly(recipients=["jana@example.com", "boss@example.com"])
    for _ in range(2):
        send_weekly_report()
    deliver_due()
    sent = {letter.to[0]: letter for letter in mail.outbox}

    assert len(mail.outbox) == 2
    assert "Needs attention" in sent["boss@example.com"].body
    assert sent["jana@example.com"].subject == "Ihre Daten diese Woche"
    assert "Needs attention" not in sent["jana@example.com"].body


@pytest.mark.parametrize("off", [{"enabled": False}, {"recipients": []}, {"weekday": 0, "hour": 0}])
def test_it_is_not_sent_when_nobody_wants_it_or_its_day_is_over(off, orders, weekly, monkeypatch):
    monkeypatch.setattr("dashboard.services.weekly.timezone.now", lambda: MONDAY_NOON + timedelta(days=1))
    weekly(**off)
    send_weekly_report()

    assert not Notification.objects.exists()


def test_its_hour_is_that_of_the_time_zone_also_when_clocks_change():
    plan = WeeklyMail(weekday=0, hour=7, time_zone="Europe/Berlin")

    assert plan.due_since(MONDAY_NOON) == datetime(2026, 3, 30, 7, tzinfo=ZoneInfo("Europe/Berlin"))
    assert plan.due_since(datetime(2026, 3, 30, 4, tzinfo=UTC)).date().isoformat() == "2026-03-23"


def test_who_asks_gets_it_at_once(orders, client_as, user):
    client_as("viewer").post("/report/send/", {"by": "owner"})
    deliver_due()

    assert len(mail.outbox) == 1


def test_an_administrator_sets_it_up_and_it_is_said_who_did(client_as):
    plan = {"enabled": "on", "recipients": "boss@example.com", "by": "tag", "weekday": 4, "hour": 16}
    client = client_as("admin")
    assert client.post("/settings/report/", plan | {"time_zone": "Europe/Berlin"}).status_code == 302

    assert services.weekly_mail() == WeeklyMail(True, ["boss@example.com"], "tag", 4, 16, "Europe/Berlin")
    assert b"Last changed by" in client.get("/settings/report/").content
    assert AuditEvent.objects.filter(action="setting.changed").exists()
    assert client_as("operator").post("/settings/report/", plan).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [("recipients", ""), ("recipients", "no address"), ("hour", "24"), ("time_zone", "Mars")],
)
def test_what_makes_no_sense_is_refused_beside_its_field(field, value, client_as):
    plan = {"enabled": "on", "recipients": "a@example.com", "by": "tag", "weekday": 4, "hour": 16}
    answer = client_as("admin").post("/settings/report/", plan | {"time_zone": "UTC", field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert services.weekly_mail() == WeeklyMail()
