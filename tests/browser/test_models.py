"""A model from its deployment to its drift, by pages alone."""

import re

import pytest
from playwright.sync_api import expect

from models_registry.models import Model, Prediction
from models_registry.services import replay_flights

pytestmark = pytest.mark.browser


def test_a_person_deploys_a_model_asks_it_and_checks_it_for_drift(browse, drain, device):
    page = browse("editor", on=device)
    page.goto("/models/")
    page.get_by_role("link", name="Deploy").first.click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Name (optional)").fill("late-flights")
    page.get_by_role("button", name="Deploy", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    drain()
    expect(page.get_by_role("heading", name="What it takes")).to_be_visible()

    page.goto("/models/late-flights/")
    page.get_by_role("link", name="Try it").click()
    page.get_by_label("hour").fill("5")
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_text("Logged as")).to_be_visible()
    assert Prediction.objects.count() == 1
    page.goto("/models/late-flights/try/")
    expect(page.get_by_label("hour")).not_to_have_value("5")
    expect(page.get_by_text("did not arrive")).to_have_count(0)

    replay_flights(model=Model.objects.get(), months=[7])
    page.get_by_role("link", name="Drift", exact=True).click()
    page.get_by_label("Or from").fill("2013-07-01")
    page.get_by_label("Until before").fill("2013-08-01")
    page.locator("main").get_by_role("button", name="Check drift").click()
    expect(page).to_have_url(re.compile(r"/models/late-flights/drift/\d+/$"))
    drain()
    expect(page.locator(".verdict")).to_contain_text("drifted")
    expect(page.locator("canvas").first).to_be_visible()
