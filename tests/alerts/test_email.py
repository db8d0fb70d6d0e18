"""E-mail: what is in it, who gets it, and what becomes of those who cannot be reached."""

from datetime import timedelta
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from alerts import services
from alerts.channels.email import staff_addresses
from alerts.enums import NotificationState as State
from alerts.models import Channel, Notification
from dataops.web.models import Locale
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def address(settings):
    settings.PUBLIC_URL = "https://dataops.example.com:8443"


@pytest.fixture
def recipients():
    """Sets who the only channel names."""

    def names(*addresses: str) -> None:
        Channel.objects.update(config={"recipients": list(addresses)})

    names("ada@example.com")
    return names


def deliver(*findings) -> list:
    for finding in findings:
        say(finding)
        services.deliver_due()
    return mail.outbox


def html_of(message) -> str:
    return message.alternatives[0].content


def test_says_what_where_how_bad_and_links_to_it(recipients):
    (message,) = deliver(breach(message="12 of 19 columns lost points"))

    link = f"https://dataops.example.com:8443/alerts/{Notification.objects.get().payload['alerts'][0]['id']}/"
    assert message.subject == "[CRITICAL] flights: score 0.71 is under 0.80"
    for body in (message.body, html_of(message)):
        for words in (
            "CRITICAL",
            "flights",
            "score 0.71 is under 0.80",
            "12 of 19 columns",
            "limit 0.8",
            link,
        ):
            assert words in body


def test_headers_name_the_message_and_mark_it_as_automatic(recipients):
    (message,) = deliver(breach())
    sent = message.message()

    assert sent["Message-ID"] == f"<{Notification.objects.get().uuid}@dataops.example.com>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert "In-Reply-To" not in sent


def test_messages_of_one_episode_make_one_thread(recipients):
    opened, escalated, resolved, reopened = (
        message.message() for message in deliver(breach(severity="warning"), breach(), ok(), breach())
    )

    for answer in (escalated, resolved):
        assert answer["In-Reply-To"] == answer["References"] == opened["Message-ID"]
    assert "In-Reply-To" not in reopened
    assert len({m["Message-ID"] for m in (opened, escalated, resolved, reopened)}) == 4


def test_shows_how_the_value_went_and_where_it_was_seen(recipients):
    say(breach(value=0.79))
    services.deliver_due()
    first, resolved = deliver(ok(value=0.93))

    assert "cid:" not in html_of(first)  # one value is no history
    (chart,) = resolved.attachments
    assert chart.get_content_type() == "image/png"
    assert f'src="cid:{chart["Content-ID"][1:-1]}"' in html_of(resolved)
    assert 'alt="2 reports, from 0.79 to 0.93, limit 0.8"' in html_of(resolved)
    assert "2 reports, from 0.79 to 0.93" in resolved.body
    run = Notification.objects.latest("pk").payload["alerts"][0]["evidence"]
    for body in (resolved.body, html_of(resolved)):
        assert run["label"] in body
        assert f"https://dataops.example.com:8443{run['path']}" in body


def test_the_chart_is_a_part_of_the_text_not_a_file_beside_it(recipients):
    sent = deliver(breach(), ok())[1].message()

    assert sent.get_content_subtype() == "related"
    assert [part.get_content_subtype() for part in sent.get_payload()] == ["alternative", "png"]
    assert sent.get_payload()[1].get_content_disposition() == "inline"


def test_hostile_text_stays_text(recipients):
    (message,) = deliver(
        breach(title="<img src=x>\r\nBcc: all@example.com", message="<script>alert(1)</script> & more")
    )

    assert "\n" not in message.subject
    assert "<script>" not in html_of(message)
    assert "<script>alert(1)</script> & more" in message.body
    assert message.recipients() == ["ada@example.com"]


def test_without_named_recipients_active_staff_gets_it(user):
    user("admin", email="ada@example.com")
    user("admin", email="gone@example.com", is_active=False)
    user("admin", email="")
    user("operator", email="bob@example.com")

    assert staff_addresses() == ("ada@example.com",)
    assert [message.to for message in deliver(breach())] == [["ada@example.com"]]


def test_nobody_with_an_address_is_said_in_the_log():
    deliver(breach())

    message = Notification.objects.get()
    assert (message.state, mail.outbox) == (State.CANCELLED, [])
    assert "give an administrator an address" in message.error


def test_recipients_do_not_see_each_other(recipients):
    recipients("ada@example.com", "bob@example.com")

    assert [message.to for message in deliver(breach())] == [["ada@example.com"], ["bob@example.com"]]


def test_a_late_message_says_that_it_is_late_and_that_it_is_over(recipients):
    say(breach())
    say(ok())
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=14)):
        services.deliver_due()

    opened, resolved = mail.outbox
    assert "2\u202fh 14\u202fmin late" in opened.body
    assert "resolved in the meantime" in opened.body
    assert "RESOLVED" in resolved.body


def test_a_test_message_says_that_nothing_is_wrong(recipients, user):
    services.send_test(Channel.objects.get(), by=user("operator", username="bob"))
    services.deliver_due()

    (message,) = mail.outbox
    assert message.subject.startswith("[TEST]")
    assert "bob asked for a test" in message.body
    assert "nothing is wrong" in html_of(message)


class TestRealServer:
    """Over the wire, to a server that takes some and refuses others."""

    @pytest.fixture(autouse=True)
    def server(self, smtp, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        return smtp

    def test_arrives_in_both_formats(self, server, recipients):
        deliver(breach())

        (message,) = server.messages
        assert message["Subject"] == "[CRITICAL] flights: score 0.71 is under 0.80"
        assert parseaddr(message["To"])[1] == "ada@example.com"
        assert {part.get_content_type() for part in message.walk()} == {
            "multipart/alternative",
            "text/plain",
            "text/html",
        }

    def test_greylisting_is_waited_out_under_the_same_id(self, server, recipients):
        server.refuse("451 4.7.1 try again later")
        deliver(breach())
        waiting = Notification.objects.get()
        assert (waiting.state, "451" in waiting.error) == (State.RETRY, True)

        server.accept()
        Notification.objects.update(not_before=waiting.created_at)
        services.deliver_due()
        assert Notification.objects.get().state == State.SENT
        assert server.messages[0]["Message-ID"] == f"<{waiting.uuid}@dataops.example.com>"

    def test_a_final_refusal_is_not_tried_again(self, server, recipients):
        server.refuse("554 5.7.1 we do not want this")
        deliver(breach())

        assert Notification.objects.get().state == State.DEAD
        assert server.attempts == 1

    def test_one_bad_address_does_not_hurt_the_others_and_nobody_gets_it_twice(
        self, server, recipients, monkeypatch
    ):
        recipients("ada@example.com", "full@example.com", "bob@example.com")
        monkeypatch.setattr(type(server), "handle_RCPT", _mailbox_full, raising=False)
        deliver(breach())

        message = Notification.objects.get()
        assert (message.state, message.delivered_to) == (State.RETRY, ["ada@example.com", "bob@example.com"])
        assert "full@example.com: 452" in message.error

        monkeypatch.undo()
        Notification.objects.update(not_before=message.created_at)
        services.deliver_due()
        assert Notification.objects.get().state == State.SENT
        got_it = [parseaddr(m["To"])[1] for m in server.messages]
        assert got_it == ["ada@example.com", "bob@example.com", "full@example.com"]

    def test_a_server_that_is_down_is_tried_again(self, settings, recipients):
        settings.EMAIL_PORT = 1
        deliver(breach())

        message = Notification.objects.get()
        assert (message.state, "ConnectionRefusedError" in message.error) == (State.RETRY, True)


async def _mailbox_full(self, server, session, envelope, address, options) -> str:
    if address.startswith("full@"):
        return "452 4.2.2 mailbox full"
    envelope.rcpt_tos.append(address)
    return "250 OK"


def test_each_reader_has_it_in_their_own_language(recipients, user):
    reader = user("viewer", email="Jana@example.com")
    Locale.objects.create(person=reader, language="de")
    recipients("ada@example.com", "jana@example.com")
    english, german = deliver(breach())

    assert "CRITICAL" in english.body
    assert "All alerts: " in english.body
    for body in (german.body, html_of(german)):
        assert "KRITISCH" in body
        assert "Alle Alarme" in body
        assert "Since" not in body
