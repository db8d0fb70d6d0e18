"""The API of alerts: what outsiders send and read."""

import pytest

from alerts.models import Alert, Channel, Notification, Route
from tests.alerts.helpers import breach, ok, say

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/alerts"


def send(client, path: str, body=None, method: str = "post", **headers):
    return getattr(client, method)(f"{ROOT}{path}", body, format="json", **headers)


def places(response) -> list[str]:
    assert response["Content-Type"] == "application/problem+json"
    return [".".join(str(part) for part in error["loc"]) for error in response.json()["errors"]]


class TestReading:
    def test_a_list_of_alerts(self, api):
        say(breach("a", severity="info"), breach("b", column="age"))

        body = api("viewer").get(f"{ROOT}/").json()

        assert (body["count"], body["next"], body["previous"]) == (2, None, None)
        first = body["results"][0]
        assert first["subject"] == {
            "type": "source",
            "id": "7",
            "name": "flights",
            "url": "/quality/sources/7/",
        }
        assert {
            "id",
            "fingerprint",
            "status",
            "severity",
            "title",
            "count",
            "opened_at",
            "last_seen_at",
        } < set(first)
        assert (first["kind"], first["column"], first["resolved_at"], first["resolution"]) == (
            "b",
            "age",
            None,
            "",
        )

    @pytest.mark.parametrize(
        ("query", "kinds"),
        [
            ("", ["a", "b", "c"]),
            ("status=open", ["a", "b"]),
            ("status=resolved", ["c"]),
            ("severity=info", ["b"]),
            ("subject=source:7&status=active", ["a", "b"]),
            ("subject=source:8", []),
            ("page_size=1&page=2&ordering=opened_at", ["b"]),
        ],
    )
    def test_filters(self, api, query, kinds):
        for finding in (breach("a"), breach("b", severity="info"), breach("c"), ok("c")):
            say(finding)

        results = api("viewer").get(f"{ROOT}?{query}").json()["results"]

        assert sorted(alert["kind"] for alert in results) == kinds

    @pytest.mark.parametrize("query", ["status=nope", "severity=loud", "ordering=fun"])
    def test_wrong_filters_are_refused(self, api, query):
        assert api("viewer").get(f"{ROOT}?{query}").status_code == 422

    def test_one_alert_with_evidence_and_events(self, api, django_assert_max_num_queries):
        say(breach(value=0.7), sequence=1)
        alert = say(breach(value=0.6), sequence=2)
        client = api("viewer")

        with django_assert_max_num_queries(11):
            body = client.get(f"{ROOT}/{alert.pk}").json()

        assert body["evidence"]["url"] == "/quality/runs/2/"
        assert (body["evidence"]["value"], body["evidence"]["threshold"]) == (0.6, 0.8)
        assert [point["value"] for point in body["evidence"]["history"]] == [0.7, 0.6]
        assert [(e["kind"], e["actor"]) for e in body["events"]] == [("opened", None)]

    @pytest.mark.parametrize("alert_count", [1, 3])
    def test_a_list_costs_the_same_at_any_length(self, api, alert_count, django_assert_max_num_queries):
        say(*(breach(f"kind{i}") for i in range(alert_count)))
        client = api("viewer")

        with django_assert_max_num_queries(7):
            client.get(ROOT)

    def test_summary(self, api):
        say(breach("a"), breach("b", severity="info"), breach("c"))
        say(ok("c"))

        assert api("viewer").get(f"{ROOT}/summary").json() == {
            "total": 3,
            "by_status": {"pending": 0, "open": 2, "acknowledged": 0, "resolved": 1},
            "by_substatus": {"new": 2, "regressed": 0, "escalating": 0, "ongoing": 0},
            "by_severity": {"info": 1, "warning": 0, "critical": 1},
            "by_subject_type": {"source": 2, "model": 0, "system": 0},
        }

    @pytest.mark.parametrize(
        "path", ["/404", f"/{2**63}", f"/{2**80}", "/channels/404", "/routes/404", "/deliveries/9"]
    )
    def test_unknown_ids_are_not_found(self, api, path):
        response = api("viewer").get(f"{ROOT}{path}")

        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"


class TestReportingIn:
    REPORT = {"title": "backup did not finish", "severity": "critical", "fingerprint": "backup/nightly"}

    def test_opens_repeats_and_resolves(self, api):
        client = api("operator")
        answers = [
            send(client, "/", self.REPORT),
            send(client, "/", self.REPORT | {"title": "still not", "value": 2, "threshold": 1}),
            send(client, "/", self.REPORT | {"status": "resolved"}),
            send(client, "/", self.REPORT),
        ]

        assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
        assert [answer.json()["status"] for answer in answers] == ["open", "open", "resolved", "open"]
        assert answers[-1].json()["count"] == 3
        assert Alert.objects.count() == 1

    def test_the_title_tells_alerts_apart_when_nothing_else_does(self, api):
        client = api("operator")
        for title in ("a", "b", "a"):
            send(client, "", {"title": title, "severity": "info"})

        assert sorted(Alert.objects.values_list("title", "count")) == [("a", 2), ("b", 1)]

    def test_the_subject_is_part_of_the_identity(self, api):
        client = api("operator")
        for subject in ("orders", "payments"):
            send(client, "", self.REPORT | {"subject": {"type": "system", "id": subject}})

        assert sorted(Alert.objects.values_list("subject_name", flat=True)) == ["orders", "payments"]

    def test_it_may_be_about_more_things_of_any_type(self, api):
        more = [
            {
                "type": "pipeline",
                "id": "nightly:1",
                "name": "Nacht\tlauf 🌙",
                "url": "https://ci.example.com/1",
            },
            {"type": "table", "id": "7", "name": "orders"},
        ]
        client = api("operator")
        made = send(client, "", self.REPORT | {"subjects": more}).json()

        assert [subject["name"] for subject in made["subjects"]] == [
            "Other systems",
            "Nacht lauf 🌙",
            "orders",
        ]
        assert made["subjects"][1]["id"] == "nightly:1"
        found = client.get(f"{ROOT}?subject=pipeline:nightly:1").json()["results"]
        assert [alert["id"] for alert in found] == [made["id"]]

    def test_something_over_that_was_never_known_is_no_alert(self, api):
        assert send(api("operator"), "", self.REPORT | {"status": "resolved"}).status_code == 204

    def test_the_same_idempotency_key_reports_once(self, api):
        client = api("operator")
        for _ in range(2):
            answer = send(client, "", self.REPORT, HTTP_IDEMPOTENCY_KEY="k1")

        assert answer["Idempotency-Replayed"] == "true"
        assert Alert.objects.get().count == 1

    def test_a_body_that_is_no_object_is_refused_with_an_idempotency_key_too(self, api):
        assert send(api("operator"), "", [1, 2], HTTP_IDEMPOTENCY_KEY="k2").status_code == 422

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"severity": "critical"}, "body.title"),
            ({"title": "x", "severity": "loud"}, "body.severity"),
            ({"title": "x", "value": "many"}, "body.value"),
            ({"title": "x\0"}, "body.title"),
            ({"title": "x" * 301}, "body.title"),
            ({"title": "x", "url": "javascript:alert(1)"}, "body.url"),
            ({"title": "x", "subject": {"type": "planet", "id": "1"}}, "body.subject.type"),
            ({"title": "x", "subject": {"type": "system"}}, "body.subject.id"),
            ({"title": "x", "subjects": [{"type": "a b", "id": "1", "name": "n"}]}, "body.subjects.0.type"),
            ({"title": "x", "subjects": [{"type": "a", "id": "1", "name": "n"}] * 11}, "body.subjects"),
            ([1, 2], "body"),
        ],
    )
    def test_wrong_reports_name_the_field(self, api, body, place):
        response = send(api("operator"), "", body)

        assert (response.status_code, places(response)) == (422, [place])

    def test_malformed_json(self, api):
        response = api("operator").post(ROOT, "{", content_type="application/json")

        assert response.status_code == 400


class TestActing:
    def test_the_whole_life(self, api, user):
        alert, client = say(breach()), api("operator")
        user("operator", username="ada")

        send(client, f"/{alert.pk}/acknowledge", {"version": 1, "comment": "on it"})
        send(client, f"/{alert.pk}/assign", {"assignee": "ada"})
        send(client, f"/{alert.pk}/comment", {"comment": "the feed was late"})
        send(client, f"/{alert.pk}/resolve", {"resolution": "fixed"})
        body = send(client, f"/{alert.pk}/reopen/").json()

        kinds = [event["kind"] for event in body["events"]]
        assert kinds == ["opened", "acknowledged", "assigned", "commented", "resolved", "reopened"]
        assert (body["status"], body["assignee"], body["resolution"]) == ("open", "ada", "")

    @pytest.mark.parametrize(
        ("action", "body", "said"),
        [
            ("acknowledge", {"version": 0}, "changed since you looked"),
            ("reopen", {}, "is open; only a resolved one"),
        ],
    )
    def test_conflicts(self, api, action, body, said):
        alert = say(breach())

        response = send(api("operator"), f"/{alert.pk}/{action}", body)

        assert response.status_code == 409
        assert said in response.json()["detail"]

    @pytest.mark.parametrize(
        ("action", "body", "place"),
        [
            ("resolve", {}, "body.resolution"),
            ("resolve", {"resolution": "recovered"}, "body.resolution"),
            ("assign", {"assignee": "nobody at all"}, "body.assignee"),
            ("assign", {}, "body.assignee"),
            ("comment", {"comment": " "}, "body.comment"),
            ("acknowledge", {"version": "first"}, "body.version"),
        ],
    )
    def test_wrong_actions_name_the_field(self, api, action, body, place):
        response = send(api("operator"), f"/{say(breach()).pk}/{action}", body)

        assert (response.status_code, places(response)) == (422, [place])

    @pytest.mark.parametrize("action", ["acknowledge", "assign", "resolve", "reopen", "comment"])
    def test_rights_are_needed(self, api, action):
        alert = say(breach())

        assert send(api("editor"), f"/{alert.pk}/{action}", {}).status_code == 403
        assert send(api("operator", scope="read"), f"/{alert.pk}/{action}", {}).status_code == 403


class TestChannels:
    NEW = {"name": "On call", "kind": "email", "config": {"recipients": ["a@example.com"]}}

    def test_make_read_change(self, api):
        client = api("operator")
        made = send(client, "/channels", self.NEW)
        changed = send(client, f"/channels/{made.json()['id']}", {"enabled": False}, "patch")

        assert (made.status_code, made.json()["config"]) == (201, {"recipients": ["a@example.com"]})
        assert (changed.json()["enabled"], changed.json()["name"]) == (False, "On call")
        assert client.get(f"{ROOT}/channels").json()["count"] == 2

    def test_a_test_message_goes_through_the_outbox(self, api, drain, mailoutbox):
        client = api("operator")
        channel = send(client, "/channels", self.NEW).json()["id"]

        answer = send(client, f"/channels/{channel}/test")
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
        drain()

        delivery = client.get(answer["Location"]).json()
        assert (delivery["status"], delivery["attempts"][0]["outcome"]) == ("sent", "sent")
        assert [message.to for message in mailoutbox] == [["a@example.com"]]

    def test_the_same_idempotency_key_asks_for_one_test_message(self, api):
        client, path = api("operator"), f"/channels/{Channel.objects.get().pk}/test"

        first, again = (send(client, path, HTTP_IDEMPOTENCY_KEY="t1") for _ in range(2))

        assert (again.status_code, again["Location"]) == (202, first["Location"])
        assert Notification.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "place", "said"),
        [
            ({"kind": "owl"}, "body.kind", "no channel kind 'owl'; known: apprise, email"),
            (
                {"config": {"recipients": ["nope"]}},
                "body.config.recipients",
                "'nope' is not an e-mail",
            ),
            ({"config": {"recipients": [7]}}, "body.config.recipients", "must be text"),
            ({"config": {"recipents": []}}, "body.config.recipents", "known: recipients"),
            ({"config": []}, "body.config", "must be an object"),
            ({"name": "E-mail to administrators"}, "body.name", "already exists"),
            ({"name": ""}, "body.name", "blank"),
        ],
    )
    def test_wrong_channels_are_explained(self, api, change, place, said):
        response = send(api("operator"), "/channels", self.NEW | change)

        assert (response.status_code, places(response)) == (422, [place])
        assert said in response.json()["errors"][0]["msg"]

    @pytest.mark.parametrize("path", ["/channels", "/routes"])
    def test_rights_are_needed(self, api, path):
        assert send(api("editor"), path, {}).status_code == 403


class TestRoutes:
    def test_make_change_delete(self, api):
        client, channel = api("operator"), Channel.objects.get()
        new = {"name": "Critical", "match": {"severity_at_least": "critical"}, "channels": [channel.pk]}
        made = send(client, "/routes", new)
        path = f"/routes/{made.json()['id']}"
        changed = send(client, path, {"match": {"kind": "quality"}}, "patch")

        assert (made.status_code, made.json()["match"]) == (201, {"severity_at_least": "critical"})
        assert (changed.json()["match"], changed.json()["channels"]) == ({"kind": "quality"}, [channel.pk])
        assert send(client, path, method="delete").status_code == 204
        assert Route.objects.count() == 1

    def test_no_match_takes_everything(self, api):
        body = {"name": "All", "channels": [Channel.objects.get().pk]}

        assert send(api("operator"), "/routes", body).json()["match"] == {}

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"match": {"sevrity": "critical"}}, "body.match"),
            ({"match": {"severity_at_least": "loud"}}, "body.match"),
            ({"match": {"kind": 7}}, "body.match"),
            ({"match": ["critical"]}, "body.match"),
            ({"channels": [404]}, "body.channels"),
            ({"channels": []}, "body.channels"),
            ({"position": -1}, "body.position"),
        ],
    )
    def test_wrong_routes_are_explained(self, api, change, place):
        body = {"name": "R", "channels": [Channel.objects.get().pk]} | change

        response = send(api("operator"), "/routes", body)

        assert (response.status_code, places(response)) == (422, [place])


class TestDeliveries:
    def test_the_log(self, api, user, drain):
        user("admin")
        alert = say(breach())
        drain()

        body = api("viewer").get(f"{ROOT}/deliveries?state=sent").json()

        delivery = body["results"][0]
        assert (delivery["reason"], delivery["alerts"], delivery["attempt"]) == ("opened", [alert.pk], 1)
        assert delivery["channel"]["name"] == "E-mail to administrators"

    def test_retry(self, api):
        say(breach())
        message = Notification.objects.get()
        client = api("operator")

        assert send(client, f"/deliveries/{message.pk}/retry").status_code == 409
        Notification.objects.update(state="dead")
        assert send(client, f"/deliveries/{message.pk}/retry").json()["status"] == "pending"
