"""The registry over the API: shapes that outsiders read, and problems that name the field."""

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_registry import services
from models_registry.models import Model, Prediction
from tests.models_registry.flights import FLIGHT, LATE, PUNCTUAL

ROOT = "/api/v1/model-monitoring"
MODEL = f"{ROOT}/models/flight-delayed"


def post(client, url, body, **headers):
    return client.post(url, json.dumps(body), content_type="application/json", **headers)


def test_a_deployment_is_accepted_followed_and_found_among_the_models(api, drain, trained_once):
    client = api()
    accepted = post(client, f"{ROOT}/deploy", {"template": "flight-delayed"})

    assert accepted.status_code == 202
    assert accepted.json() | {"id": 0, "url": ""} == {
        "id": 0, "status": "queued", "url": "", "model": "flight-delayed", "version": 1,
    }  # fmt: skip
    assert accepted.headers["Location"] == accepted.json()["url"]
    drain()

    assert client.get(accepted.json()["url"]).json()["status"] == "succeeded"
    listed = client.get(f"{ROOT}/models").json()
    assert (listed["count"], listed["results"][0]["name"], listed["results"][0]["champion"]) == (
        1, "flight-delayed", 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "template"),
        ({"template": "titanic"}, "flight-delayed, arrival-delay"),
        ({"file": "model.skops"}, "not a file"),
        ({"template": "flight-delayed", "name": "two words"}, "name"),
        ([], "dictionary"),
    ],
)
def test_a_deployment_that_cannot_be_says_why(api, body, said):
    answer = post(api(), f"{ROOT}/deploy", body)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_a_model_shows_its_versions_aliases_and_history(api, classifier):
    shown = api("viewer").get(MODEL).json()

    assert shown["aliases"] == {"champion": 1}
    assert shown["versions"][0]["status"] == "ready"
    assert shown["versions"][0]["signature"]["features"][4]["categories"] == ["EWR", "JFK", "LGA"]
    assert [move["alias"] for move in shown["alias_history"]] == ["champion"]


def test_predictions_come_back_in_order_and_are_logged(api, classifier):
    answer = post(api(), f"{MODEL}/predict", {"instances": [LATE, PUNCTUAL], "ids": ["a", "b"]})

    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {
        "model", "version", "predictions", "probabilities", "prediction_ids", "violations",
    }  # fmt: skip
    assert (body["model"], body["version"]) == ("flight-delayed", 1)
    assert (body["predictions"], body["prediction_ids"]) == (["delayed", "on_time"], ["a", "b"])
    assert body["probabilities"][0].keys() == {"on_time", "delayed"}
    log = api("viewer").get(f"{MODEL}/predictions?page_size=1").json()
    assert (log["count"], log["results"][0]["features"]) == (2, PUNCTUAL)


def test_a_wrong_value_is_a_422_that_names_instance_feature_and_value(api, classifier):
    answer = post(api(), f"{MODEL}/predict", {"instances": [LATE, LATE | {"hour": "noon"}]})

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == 'instances[1]: hour is "noon"; give a whole number'
    assert answer.json()["errors"] == [
        {
            "loc": ["body", "instances", 1, "hour"],
            "msg": 'hour is "noon"; give a whole number',
            "code": "wrong_type",
        }
    ]
    assert not Prediction.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"instances": []},
        {"instances": LATE},
        {"instances": None},
        {"instances": [LATE], "ids": "a"},
        {"instances": [LATE], "ids": []},
        {"instances": [LATE], "version": 0},
        {"instances": [LATE], "version": "newest"},
        [LATE],
        "LATE",
    ],
)
def test_a_malformed_predict_request_is_a_422(api, classifier, body):
    assert post(api(), f"{MODEL}/predict", body).status_code == 422


@pytest.mark.parametrize(
    ("path", "field", "wrong", "said"),
    [
        ("predict", "instances", LATE | {"hour": math.nan}, "instances[0]: hour is NaN; give a whole number"),
        (
            "predictions",
            "predictions",
            {"features": LATE | {"distance": math.inf}, "prediction": "delayed"},
            "distance is Infinity; give a finite number",
        ),
        ("actuals", "actuals", {"prediction_id": math.nan, "actual": "delayed"}, "the id is NaN; give"),
    ],
)
def test_a_number_that_is_none_is_named_where_it_stands(api, classifier, path, field, wrong, said):
    answer = post(api(), f"{MODEL}/{path}", {field: [wrong]})
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "raw", [b"{", b"", b'{"instances": [NaN]}', b"\xff\xfe", b'{"instances": ["\\ud800"]}']
)
def test_a_body_that_is_no_json_is_a_400_or_422(api, classifier, raw):
    answer = api().post(f"{MODEL}/predict", raw, content_type="application/json")
    assert answer.status_code in (400, 422)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
near_misses = st.dictionaries(st.sampled_from([*FLIGHT]), json_values | st.sampled_from([*FLIGHT.values()]))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # each example only reads what the fixtures made
@given(st.lists(json_values | near_misses | st.just(FLIGHT), max_size=4))
def test_no_json_whatever_breaks_predict(api_client, instances):
    answer = post(api_client, f"{MODEL}/predict", {"instances": instances})
    assert answer.status_code in (200, 422)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["predictions", "actuals", "drift-check", "predict"]),
    st.dictionaries(
        st.sampled_from(["predictions", "actuals", "instances", "ids", "window", "wait", "version"]),
        json_values,
    ),
)
def test_no_json_whatever_breaks_the_other_endpoints(api_client, path, body):
    if isinstance(body.get("wait"), int | float) and body["wait"] > 0:
        body["wait"] = 0
    # 400: infinity is no JSON, which only features and truth are told by name. 404: no such version.
    assert post(api_client, f"{MODEL}/{path}", body).status_code in (200, 202, 400, 404, 409, 422)


@pytest.fixture
def api_client(api, classifier):
    return api()


def test_a_model_whose_deployment_is_not_over_answers_with_a_409(api, db):
    services.deploy_model(template="flight-delayed")
    answer = post(api(), f"{MODEL}/predict", {"instances": [FLIGHT]})

    assert answer.status_code == 409
    assert "no champion yet" in answer.json()["detail"]


def test_an_older_version_can_be_asked(api, deploy):
    deploy(), deploy()
    answer = post(api(), f"{MODEL}/predict", {"instances": [FLIGHT], "version": 2})
    assert answer.json()["version"] == 2
    missing = post(api(), f"{MODEL}/predict", {"instances": [FLIGHT], "version": 3})
    assert (missing.status_code, missing.json()["detail"]) == (404, "flight-delayed has no version 3.")


def test_promoting_moves_the_champion(api, deploy):
    deploy(), deploy()
    answer = post(api("operator"), f"{MODEL}/versions/2/promote", {"reason": "newer"})

    assert (answer.status_code, answer.json()["alias"], answer.json()["version"]) == (200, "champion", 2)
    assert Model.objects.get().champion.number == 2
    assert post(api("operator"), f"{MODEL}/versions/2/promote", {}).status_code == 409
    assert post(api("operator"), f"{MODEL}/versions/2/promote", {"alias": "king"}).status_code == 422


@pytest.mark.parametrize("body", [{}, {"reason": " "}])
def test_a_script_that_gives_no_reason_is_served_and_the_history_says_so(api, deploy, body):
    deploy(), deploy()
    answer = post(api("operator"), f"{MODEL}/versions/2/promote", body)
    assert (answer.status_code, answer.json()["reason"]) == (200, "No reason was given to the API.")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("x" * 501, "no more than 500 characters"),
        ("a\0b", "Null characters are not allowed"),
        ("a\u202eb", "Character 2 cannot be seen (U+202E)"),
    ],
)
def test_a_reason_that_nobody_could_read_is_refused(api, classifier, reason, said):
    answer = post(api("operator"), f"{MODEL}/versions/1/promote", {"alias": "shadow", "reason": reason})
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["body", "reason"])
    assert said in answer.json()["errors"][0]["msg"]
    withdrawn = api("operator").delete(f"{MODEL}/aliases/shadow", query_params={"reason": reason})
    assert withdrawn.status_code == (400 if "\0" in reason else 422)


def test_predictions_made_elsewhere_and_their_truth(api, classifier, worker):
    client = api()
    rows = [{"features": LATE, "prediction": "delayed", "prediction_id": "a"}]
    assert post(client, f"{MODEL}/predictions", {"predictions": rows}).status_code == 201

    actuals = [{"prediction_id": "a", "actual": "delayed"}, {"prediction_id": "x", "actual": "on_time"}]
    with worker():
        answer = post(client, f"{MODEL}/actuals", {"actuals": actuals})
    assert answer.json() == {"recorded": 1, "replaced": 0, "unknown": ["x"], "duplicate": []}

    history = client.get(f"{MODEL}/performance").json()["results"]
    assert (history[0]["kind"], history[0]["rows"]) == ("realised", 1)
    assert history[0]["withheld"] is None
    assert history[-1]["kind"] == "training"


NARROWED = {
    "truth=unknown": {"a"},
    "truth=right": {"b"},
    "truth=wrong": {"c"},
    "truth=known&version=1": {"b", "c"},
    "version=2": set(),
    "id=b": {"b"},
    "until=2013-06-30": {"a"},
    "since=2013-07-02&until=2013-07-03": {"b", "c"},
    "prediction=nonsense": set(),
    "prediction=nan": set(),
}


def test_the_log_is_narrowed_alike_over_the_api_and_on_the_page(api, client_as, classifier):
    days = [datetime(2013, 6, 30, 23, tzinfo=UTC), *(datetime(2013, 7, day, tzinfo=UTC) for day in (2, 3))]
    said = services.predict(
        model=classifier, instances=[FLIGHT] * 3, ids=["a", "b", "c"], predicted_at=days
    ).predictions[0]
    other = next(name for name in ("on_time", "delayed") if name != said)
    services.record_actuals(
        model=classifier,
        rows=[{"prediction_id": "b", "actual": said}, {"prediction_id": "c", "actual": other}],
    )

    script, reader = api("viewer"), client_as("viewer")
    for asked, found in (NARROWED | {f"prediction={said}": {"a", "b", "c"}}).items():
        listed = script.get(f"{MODEL}/predictions?{asked}").json()["results"]
        assert {row["prediction_id"] for row in listed} == found, asked
        page = reader.get(f"/models/flight-delayed/predictions/?{asked}").content.decode()
        assert page.count('data-label="Id"') == len(found), asked
    assert script.get(f"{MODEL}/predictions?since=soon").status_code == 422


KNOWN = {
    f"post {MODEL}/drift-check": "window, reference, version, wait.",
    f"post {MODEL}/drift/1/expected": "expected.",
    f"post {MODEL}/drift-backtest": "method, threshold, q,",
    f"patch {MODEL}/watch": "cron, every_minutes, time_zone, paused, window_rows,",
    f"post {MODEL}/predict": "instances, ids, version, sticky_id.",
    f"post {MODEL}/predictions": "predictions, version.",
    f"post {MODEL}/actuals": "actuals.",
    f"post {MODEL}/scorings": "source, target, version.",
    f"put {MODEL}/costs": "classes, costs.",
    f"put {MODEL}/metrics": "metrics.",
    f"patch {MODEL}": "description, owner, tags,",
    f"post {MODEL}/versions/1/promote": "reason, alias.",
    f"post {ROOT}/deploy": "template, file, name,",
    f"post {ROOT}/allowed-types": "name, reason.",
}


def test_a_field_that_there_is_not_is_refused_beside_those_that_there_are(api, classifier):
    client = api("admin")
    for place, known in KNOWN.items():
        method, path = place.split()
        answer = getattr(client, method)(path, {"last": 1500}, format="json")

        assert answer.status_code == 422, place
        told = [(fault["loc"][-1], fault["code"]) for fault in answer.json()["errors"]]
        assert told == [("last", "unknown_field")], place
        assert f"known: {known}" in answer.json()["detail"]


def test_what_was_read_can_be_sent_back_whole(api, classifier):
    client = api("admin")
    for path, change in (("watch", client.patch), ("metrics", client.put), ("costs", client.put)):
        read = client.get(f"{MODEL}/{path}").json()
        assert change(f"{MODEL}/{path}", read, format="json").json() == read, path


def test_runs_can_be_cancelled(api, classifier):
    client = api()
    drift = post(client, f"{MODEL}/drift-check", {}).json()
    deployment = post(client, f"{ROOT}/deploy", {"template": "arrival-delay"}).json()

    assert post(client, f"{drift['url']}/cancel", {}).json()["status"] == "cancelled"
    assert post(client, f"{deployment['url']}/cancel", {}).json()["status"] == "cancelled"
    for over in (drift, deployment):
        answer = post(client, f"{over['url']}/cancel", {})
        assert answer.status_code == 409
        assert "is over: it is cancelled" in answer.json()["detail"]


def test_the_summary_counts_models_and_names_the_drifting(api, classifier, regressor):
    services.replay_flights(model=classifier, months=[7])
    services.execute_drift_run(services.request_drift_run(version=classifier.champion).pk)

    summary = api("viewer").get(f"{ROOT}/summary").json()
    assert (summary["models"], summary["drifting"], summary["unchecked"]) == (2, 1, 1)
    assert summary["drifting_models"][0]["model"] == "flight-delayed"
    assert summary["predictions_total"] > 2_000


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("viewer", "post", f"{ROOT}/deploy"),
        ("viewer", "post", f"{MODEL}/predict"),
        ("viewer", "post", f"{MODEL}/actuals"),
        ("viewer", "post", f"{MODEL}/drift-check"),
        ("editor", "post", f"{MODEL}/versions/1/promote"),
    ],
)
def test_each_action_needs_its_permission(api, classifier, role, method, path):
    assert getattr(api(role), method)(path, {}, format="json").status_code == 403


def test_a_token_that_may_only_read_predicts_nothing(api, classifier):
    answer = post(api(scope="read"), f"{MODEL}/predict", {"instances": [FLIGHT]})
    assert answer.status_code == 403


def test_the_same_idempotency_key_predicts_once(api, classifier):
    client = api()
    first = post(client, f"{MODEL}/predict", {"instances": [FLIGHT]}, HTTP_IDEMPOTENCY_KEY="k1")
    again = post(client, f"{MODEL}/predict", {"instances": [FLIGHT]}, HTTP_IDEMPOTENCY_KEY="k1")

    assert first.json() == again.json()
    assert Prediction.objects.count() == 1
