"""Rules learned from a first file find in the second what is damaged, and nothing else."""

from pathlib import Path

import pytest

from quality.models import FailingRows, unpack_numbers
from tests.quality.test_inspect_command import run as inspect_file
from tests.support.shop import DAMAGE, shop_csv

pytestmark = pytest.mark.django_db
API = "/api/v1/data-quality"
ROWS = 20_000


@pytest.fixture
def learned(api, csv_file, drain):
    """A script that handed in a clean file and accepted everything it proposed; the id of its source."""
    client = api("editor")
    sent = client.post(f"{API}/upload", {"file": csv_file(shop_csv(ROWS)), "source": "shop"}).json()
    drain()
    source = sent["source"]["id"]
    client.post(f"{API}/sources/{source}/rules/suggest/accept", {}, format="json")
    return client, source


def lines_of(check: int) -> dict[tuple[str, str], list[int]]:
    """Where the rows stand that fail, by check and column."""
    kept = FailingRows.objects.filter(result__run=check).select_related("result")
    return {(one.result.check_key, one.result.column): unpack_numbers(one.numbers) for one in kept}


def test_the_second_file_shows_exactly_its_damage_over_the_api(learned, csv_file, drain):
    client, source = learned
    sent = client.post(f"{API}/upload", {"file": csv_file(shop_csv(ROWS, DAMAGE)), "source": "shop"}).json()
    drain()

    run = client.get(sent["check"]["url"]).json()
    bad = [result for result in run["results"] if result["outcome"] not in ("pass", "no_data")]
    found = lines_of(run["id"])
    assert {(result["check"], result["column"]) for result in bad} == set(found)
    assert {result["outcome"] for result in bad} == {"fail"}
    assert sorted(map(tuple, {tuple(lines) for lines in found.values()})) == [tuple(d.lines) for d in DAMAGE]
    assert found["missing_values", "customer_email"] == DAMAGE[0].lines

    alerts = client.get("/api/v1/alerts/", {"status": "open", "page_size": 50}).json()["results"]
    titles = {alert["title"] for alert in alerts}
    assert {"Missing values in customer_email", "Unique values in order_id"} <= titles
    assert {"Condition in net, tax, gross", "Condition in city, country"} <= titles
    assert not any(alert["column"] == "city" for alert in alerts if "column" in alert)
    history = client.get(f"{API}/sources/{source}/quality").json()["results"]
    assert len(history) == 2
    assert history[0]["score"] < history[1]["score"] == 1


def test_an_accepted_contract_stops_the_damaged_file_in_a_pipeline(learned, tmp_path: Path):
    client, source = learned
    contract = tmp_path / "shop.yaml"
    contract.write_bytes(client.get(f"{API}/sources/{source}/contract").content)
    good, bad = tmp_path / "shop.csv", tmp_path / "damaged.csv"
    good.write_bytes(shop_csv(ROWS))
    bad.write_bytes(shop_csv(ROWS, DAMAGE))

    assert inspect_file(good, "--contract", contract)[0] == 0
    code, text, _ = inspect_file(bad, "--contract", contract)

    assert code == 1
    assert "40 of 20,000 (0.2 %) values are missing" in text
    assert "score: 0.999" in text
    assert inspect_file(good, "--source", "shop")[0] == 0
    assert inspect_file(bad, "--source", "shop")[0] == 1
