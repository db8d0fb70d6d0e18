"""Words of one's own for messages: what the language can do, what it refuses, and that nothing stops."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.template import Context

from alerts import services
from alerts.channels import CHANNELS
from alerts.enums import NotificationState as State
from alerts.models import Alert, Channel, MessageTemplate, Notification, Route
from alerts.services import phrases, wording
from tests.alerts.helpers import breach, ok, say
from tests.support.http import http_sink

pytestmark = pytest.mark.django_db

SUBJECT = "{{ first.subject|upper }} is {% if first.reason == 'resolved' %}fine{% else %}bad{% endif %}"
BODY = "{% for alert in alerts %}{{ forloop.counter }}. {{ alert.title }}: {{ alert.value }}\n{% endfor %}"
PAGE = "/alerts/templates/email/"
API = "/api/v1/alerts/templates/email"


@pytest.fixture
def written(user):
    """The e-mail template of an operator."""
    Channel.objects.update(config={"recipients": ["ada@example.com"]})
    return services.save_template("email", subject=SUBJECT, body=BODY, by=user("operator"))


def deliver(*findings) -> Notification:
    for finding in findings:
        say(finding)
        services.deliver_due()
    return Notification.objects.latest("pk")


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("{{ alerts.0.title }}", "line 1: alerts has no parts"),
            ("a\n\n{{ first.__class__ }}", "line 3: "),
            ("{{ first.title.format }}", "line 1: there is no first.title.format"),
            ("{{ first.titel }}", "line 1: there is no first.titel; first has label, severity"),
            ("{{ settings.SECRET_KEY }}", "line 1: there is no settings"),
            ("{{ first.title|safe }}", "line 1: Invalid filter: 'safe'"),
            ("x\n{% include 'base.html' %}", "line 2: Invalid block tag"),
            ("{% load ui %}", "line 1: Invalid block tag"),
            ("{% for a in alerts %}\n{{ a.title }\n{% endfor %}", "line 2: {{ without }}"),
            ("{% if first.severity %}\nopen", "line 1: Unclosed tag"),
            ("{% for a in first.title %}{{ a }}{% endfor %}", "line 1: a loop goes over alerts"),
            (
                "{% for a in alerts %}{% for b in alerts %}{% endfor %}{% endfor %}",
                "line 1: a loop inside a loop",
            ),
            ("{% if first.pk == 1 %}{% endif %}", "line 1: there is no first.pk"),
            ("{{ first.title|default:request.user }}", "line 1: there is no request"),
            ("{% for a in alerts %}{% endfor %}\n{{ a.title }}", "line 2: there is no a"),
        ],
    )
    def test_refuses_what_is_not_listed_and_names_the_line(self, text, problem):
        with pytest.raises(phrases.TemplateFault) as refused:
            phrases.compiled(text)

        assert str(refused.value).startswith(problem)

    def test_every_listed_name_is_given(self):
        context = wording.context_of(wording.sample().payload)

        assert set(context) == set(phrases.NAMES)
        assert set(context["first"]) == set(phrases.ALERT_NAMES)

    def test_the_default_words_are_in_the_language(self):
        said = wording.render(
            CHANNELS["slack"], wording.sample(), subject=wording.DEFAULT_SUBJECT, body=wording.DEFAULT_BODY
        )

        assert said.subject == "[CRITICAL] flights: score 0.71 is under 0.80 (2 alerts)"
        assert "Value 0.71, limit 0.8, since 1 Mar 2026 06:00 UTC" in said.text

    def test_a_render_reaches_no_object(self):
        assert phrases.compiled("{{ first.title }}").render(Context({"first": {"title": "x"}})) == "x"


class TestDelivery:
    def test_mail_is_written_in_these_words(self, written):
        deliver(breach(), ok())

        opened, resolved = mail.outbox
        assert (opened.subject, resolved.subject) == ("FLIGHTS is bad", "FLIGHTS is fine")
        assert opened.body.startswith("1. score 0.71 is under 0.80: 0.71\n")
        assert "1. score 0.71 is under 0.80: 0.71" in opened.alternatives[0].content

    def test_values_are_harmless_in_the_markup_of_the_channel(self, user, settings):
        settings.OUTBOUND_ALLOW = ["127.0.0.0/8"]
        with http_sink() as sink:
            channel = services.create_channel(
                name="s", kind="slack", config={"url": sink.url}, by=user("operator")
            )
            Route.objects.get().channels.set([channel])
            services.save_template("slack", subject="", body="<b> {{ first.title }}", by=user("operator"))
            deliver(breach(title="<!channel> & more"))

            assert sink.taken[0].json["blocks"][0]["text"]["text"] == "<b> &lt;!channel&gt; &amp; more"

    def test_html_of_a_value_stays_text_in_the_mail(self, written):
        deliver(breach(title="<script>alert(1)</script>"))

        assert "<script>" not in mail.outbox[0].alternatives[0].content

    def test_a_test_message_keeps_its_own_words(self, written, user):
        services.send_test(Channel.objects.get(), by=user("operator"))
        services.deliver_due()

        assert mail.outbox[0].subject.startswith("[TEST]")

    def test_a_template_that_broke_stops_nothing_and_is_told(self, written, user):
        MessageTemplate.objects.update(body="fine\n{{ gone.name }}")  # a name a later version took away
        deliver(breach())

        first = Notification.objects.earliest("pk")
        assert first.state == State.SENT
        assert mail.outbox[0].subject == "[CRITICAL] flights: score 0.71 is under 0.80"
        assert "body, line 2: there is no gone" in first.attempts.get().detail
        alert = Alert.objects.get(kind="system.template")
        assert (alert.status, "version 1, body, line 2" in alert.message) == ("open", True)

        services.save_template("email", subject=SUBJECT, body=BODY, by=user("operator"))
        alert.refresh_from_db()
        assert alert.status == "resolved"

    def test_reset_gives_the_default_words_and_keeps_the_versions(self, written, user):
        services.reset_template("email", by=user("operator"))
        deliver(breach())

        assert mail.outbox[0].subject == "[CRITICAL] flights: score 0.71 is under 0.80"
        assert [t.number for t in MessageTemplate.objects.of("email")] == [2, 1]

    def test_words_left_as_they_were_shown_stay_the_default(self, user):
        saved = services.save_template(
            "email", subject=wording.DEFAULT_SUBJECT, body=wording.DEFAULT_BODY, by=user("operator")
        )

        assert saved.is_default

    def test_channels_with_a_fixed_form_take_none(self, user):
        with pytest.raises(ValidationError, match="fixed form"):
            services.save_template("webhook", subject="x", body="", by=user("operator"))


class TestDoors:
    def test_page_shows_the_default_and_previews_without_saving(self, client_as):
        page = client_as("operator").get(PAGE).content.decode()
        assert "{{ first.title }}" in page

        answer = client_as("operator").post(PAGE, {"subject": SUBJECT, "body": BODY, "preview": "1"})
        assert "FLIGHTS is bad" in answer.content.decode()
        assert not MessageTemplate.objects.exists()

    def test_page_previews_a_message_that_was_sent(self, client_as, written):
        message = deliver(breach(title="half of dep_delay is missing"))

        answer = client_as("operator").post(
            PAGE, {"subject": "", "body": BODY, "message": message.pk, "preview": "1"}
        )
        assert "1. half of dep_delay is missing: 0.71" in answer.content.decode()

    def test_page_saves_names_the_wrong_line_and_resets(self, client_as):
        operator = client_as("operator")
        wrong = operator.post(PAGE, {"subject": "ok", "body": "a\n{{ b }}"})
        assert (wrong.status_code, "line 2: there is no b" in wrong.content.decode()) == (422, True)

        assert operator.post(PAGE, {"subject": SUBJECT, "body": BODY}).status_code == 302
        assert MessageTemplate.objects.get().body == BODY.strip()
        assert operator.post(f"{PAGE}reset/").status_code == 302
        assert MessageTemplate.objects.of("email").first().is_default

    def test_viewers_look_and_change_nothing(self, client_as):
        assert client_as("viewer").get("/alerts/templates/").status_code == 200
        assert client_as("viewer").post(PAGE, {"subject": "x", "body": ""}).status_code == 403

    def test_api_shows_saves_previews_and_resets(self, api):
        operator = api("operator")
        assert operator.get(API).json()["default_subject"] == wording.DEFAULT_SUBJECT
        saved = operator.put(API, {"subject": SUBJECT, "body": BODY}, format="json")
        assert (saved.status_code, saved.json()["version"]) == (200, 1)

        shown = operator.post(f"{API}/preview", {"subject": SUBJECT, "body": ""}, format="json")
        assert shown.json()["subject"] == "FLIGHTS is bad"
        assert operator.delete(API).status_code == 204
        assert operator.get(API).json()["subject"] == ""
        assert [t["kind"] for t in operator.get("/api/v1/alerts/templates").json()["results"]] == [
            kind.key for kind in wording.kinds()
        ]

    def test_api_names_part_and_line(self, api):
        answer = api("operator").put(API, {"subject": "{{ x }}", "body": ""}, format="json")

        assert answer.status_code == 422
        assert "line 1: there is no x" in str(answer.json()["errors"])

    def test_admin_lists_the_versions_and_goes_back_to_the_default(self, admin_client, written):
        page = "/admin/alerts/messagetemplate/"
        assert "first.subject" in admin_client.get(page).content.decode()

        answer = admin_client.post(page, {"action": "use_the_default", "_selected_action": [written.pk]})
        assert answer.status_code == 302
        assert MessageTemplate.objects.of("email").first().is_default
