"""The pages of messages, channels and routes, as people with and without rights use them."""

import pytest

from alerts.models import Alert, Channel, Notification, Route
from tests.alerts.helpers import breach, post, say, text

pytestmark = pytest.mark.django_db


class TestDeliveries:
    def test_lists_tries_and_sends_again(self, client_as, user, drain):
        user("admin", email="ada@example.com")
        say(breach())
        Notification.objects.update(state="dead", error="550 no such user")
        client = client_as("operator")
        assert "550 no such user" in text(client.get(Alert.objects.get().get_absolute_url()))

        message = Notification.objects.get()
        post(client, "delivery_retry", message.pk, next="//evil.example/")
        drain()

        page = text(client.get("/alerts/deliveries/?state=sent"))
        assert "accepted for ada@example.com" in page

    def test_a_sent_one_is_not_sent_twice(self, client_as):
        say(breach())
        Notification.objects.update(state="sent")

        page = text(post(client_as("operator"), "delivery_retry", Notification.objects.get().pk))

        assert "nothing to retry" in page


class TestChannelsAndRoutes:
    def test_a_channel_is_made_changed_and_tested(self, client_as, drain, mailoutbox):
        client = client_as("operator")
        new = {
            "name": "Night watch",
            "recipients": "a@example.com, b@example.com",
            "enabled": "on",
            "per_minute": 5,
        }
        client.post("/alerts/channels/new/email/", new)
        channel = Channel.objects.get(name="Night watch", per_minute=5)
        assert channel.config == {"recipients": ["a@example.com", "b@example.com"]}

        assert "a@example.com" in text(client.get(f"/alerts/channels/{channel.pk}/"))
        client.post(f"/alerts/channels/{channel.pk}/", new | {"recipients": "c@example.com"})
        post(client, "channel_test", channel.pk)
        drain()

        assert [(m.to, m.subject) for m in mailoutbox] == [
            (["c@example.com"], "[TEST] Night watch: messages arrive here")
        ]

    def test_a_channel_is_deleted_and_what_that_does_is_said_before(self, client_as):
        client, channel = client_as("operator"), Channel.objects.get()
        say(breach())

        page = text(client.get(f"/alerts/channels/{channel.pk}/"))
        assert "leads to nobody any more" in page
        assert "1 message that waits for it is cancelled" in page
        assert client_as("editor").post(f"/alerts/channels/{channel.pk}/delete/").status_code == 403
        post(client, "channel_delete", channel.pk)

        assert "nobody" in text(client.get("/alerts/routes/"))
        assert channel.name in text(client.get("/alerts/deliveries/"))

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("recipients", "not an address", "is not an e-mail address"),
            ("name", "", "required"),
            ("name", "E-mail to administrators", "has this name"),
        ],
    )
    def test_a_wrong_channel_is_explained(self, client_as, field, value, said):
        form = {"name": "x", "recipients": ""} | {field: value}

        response = client_as("operator").post("/alerts/channels/new/email/", form)

        assert response.status_code == 422
        assert said in text(response)

    def test_an_unknown_kind_is_not_found(self, client_as):
        assert client_as("operator").get("/alerts/channels/new/owl/").status_code == 404

    def test_a_route_is_made_changed_and_deleted(self, client_as):
        client, channel = client_as("operator"), Channel.objects.get()
        new = {"name": "Critical", "severity_at_least": "critical", "channels": [channel.pk], "position": 1}
        new |= {"interval_minutes": 5, "time_zone": "UTC", "digest_up_to": "info", "digest_hour": 8}
        client.post("/alerts/routes/new/", new | {"enabled": "on"})
        route = Route.objects.get(name="Critical")
        assert (route.match, list(route.channels.all())) == ({"severity_at_least": "critical"}, [channel])

        assert "Severity at least critical" in text(client.get("/alerts/routes/"))
        client.post(f"/alerts/routes/{route.pk}/", new | {"kind": "quality"})
        route.refresh_from_db()
        assert (route.match["kind"], route.enabled) == ("quality", False)

        post(client, "route_delete", route.pk)
        assert not Route.objects.filter(name="Critical").exists()

    @pytest.mark.parametrize("path", ["channels/new/email/", "routes/new/"])
    def test_a_viewer_may_look_but_not_change(self, client_as, path):
        client = client_as("viewer")

        assert client.get(f"/alerts/{path}").status_code == 403
        assert client.get("/alerts/channels/").status_code == client.get("/alerts/routes/").status_code == 200
