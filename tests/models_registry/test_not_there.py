"""What an address of the API of models names and does not find."""

import pytest

ROOT = "/api/v1/model-monitoring"
MODEL = f"{ROOT}/models/flight-delayed"


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/models/nobody",
        f"{ROOT}/models/nobody/drift",
        f"{MODEL}/versions/99",
        f"{MODEL}/drift/99",
        f"{MODEL}/drift/99999999999999999999999",
        f"{ROOT}/deploys/99999999999999999999999",
    ],
)
def test_what_is_not_there_is_a_404(api, classifier, path):
    assert api().get(path).status_code == 404


def test_a_404_says_what_is_not_there(api, classifier):
    client = api("admin")
    said = {
        f"{MODEL}/drift/99": "There is no drift run 99 here.",
        f"{MODEL}/drift-backtest/99": "There is no back-test 99 here.",
        f"{MODEL}/scorings/99": "There is no scoring 99 here.",
        f"{MODEL}/performance/99": "There is no window 99 here.",
        f"{MODEL}/files/99": "There is no file of predictions or truth 99 here.",
        f"{ROOT}/deploys/99": "There is no deployment 99 here.",
    }
    assert {path: client.get(path).json()["detail"] for path in said} == said
    assert client.delete(f"{ROOT}/allowed-types/99").json()["detail"] == "There is no allowed type 99 here."


@pytest.mark.parametrize(
    ("path", "body"), [("drift-check", {"window": {"source": "gone"}}), ("scorings", {"source": "gone"})]
)
def test_a_data_source_that_is_not_there_is_named(api, classifier, path, body):
    answer = api().post(f"{MODEL}/{path}", body, format="json")

    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no data source 'gone' in use: give the name of one")
