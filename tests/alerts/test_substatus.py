"""How an open alert stands: told from its times, wherever alerts are shown or asked for."""

from datetime import timedelta

import pytest
import time_machine

from alerts.models import Alert, Route
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SAID = {
    "warning": lambda: say(breach(severity="warning")),
    "critical": lambda: say(breach()),
    "good": lambda: say(ok()),
}
LIVES = [
    # Days and what was reported then, how it stands at last
    ("warning", "new"),
    ("warning 8", "ongoing"),
    ("warning 8 critical", "escalating"),
    ("warning critical 6", "escalating"),
    ("warning critical 8", "ongoing"),
    ("warning critical good critical", "regressed"),
    ("warning good 6 warning", "regressed"),
    ("warning good 8 warning", "new"),
    ("warning good warning 8", "ongoing"),
    ("critical warning critical", "new"),  # no worse than it was known to be
    ("warning critical good", ""),
]


@pytest.mark.parametrize(("life", "stands"), LIVES)
def test_new_back_again_worse_or_long_known(client_as, api, life, stands):
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as clock:
        for word in life.split():
            clock.shift(timedelta(days=int(word))) if word.isdecimal() else SAID[word]()
            clock.shift(timedelta(minutes=1))
        alert = Alert.objects.get()
        page, admin = client_as("operator"), client_as("admin")
        found = {
            name: [a.pk for a in page.get("/alerts/", {"substatus": name}).context["page_obj"]]
            for name in ("new", "regressed", "escalating", "ongoing")
        }
        listed = admin.get("/admin/alerts/alert/", {"substatus": stands}).context["cl"].queryset
        told = api("viewer").get("/api/v1/alerts/summary").json()["by_substatus"]

        assert api("viewer").get(f"/api/v1/alerts/{alert.pk}").json()["substatus"] == stands
        assert found == {name: [alert.pk] if name == stands else [] for name in found}
        assert told == {name: int(name == stands) for name in told}
        assert list(listed) == [alert]


def test_a_mail_says_what_came_back_and_how_soon(client_as, user, drain, mailoutbox):
    user("admin", email="ada@example.com")
    Route.objects.update(interval_minutes=0)
    with time_machine.travel("2026-03-02T12:00:00+00:00", tick=False) as clock:
        say(breach())
        say(ok())
        clock.shift(2 * DAY)
        alert = say(breach())
        drain()
        page = client_as("viewer").get(alert.get_absolute_url()).content.decode()

    text, html = mailoutbox[-1].body, mailoutbox[-1].alternatives[0].content
    assert "is back, after 2 d" in text.replace("\u202f", " ")
    assert "came back" in page
    assert "came back" in html
    assert "Came back" in text
