"""A challenger answers its share, the same people always; a shadow is asked afterwards and answers nobody."""

import pytest

from models_registry import services
from models_registry.models import Model, Prediction, ShadowAnswer
from models_registry.services.routing import position
from tests.models_registry.flights import FLIGHT, LATE, PUNCTUAL

MODEL = "/api/v1/model-monitoring/models/flight-delayed"


@pytest.fixture
def two(deploy):
    first, second = deploy(), deploy()
    return first, second


def as_alias(version, alias, **settings) -> Model:
    services.promote_version(version=version, alias=alias, reason="a try", by=None)
    model = Model.objects.select_related("champion", "challenger").get()
    return services.update_model(model=model, by=None, **settings) if settings else model


def test_a_challenger_answers_its_share_of_requests(two):
    first, second = two
    model = as_alias(second, "challenger", challenger_fraction=0.25)
    answered = [
        services.predict(model=model, instances=[FLIGHT], sticky_id=f"customer {n}").version
        for n in range(80)
    ]

    assert {first, second} == set(answered)
    assert 8 <= answered.count(second) <= 34  # 20 expected; 1 in 1,000 falls outside


def test_the_same_sticky_id_always_meets_the_same_version(two):
    model = as_alias(two[1], "challenger", challenger_fraction=0.5)
    met = {services.predict(model=model, instances=[FLIGHT], sticky_id="ada").version for _ in range(10)}
    assert len(met) == 1


def test_who_met_the_challenger_still_does_when_its_share_grows():
    before = {n for n in range(2_000) if position(f"1:{n}") < 0.1}
    after = {n for n in range(2_000) if position(f"1:{n}") < 0.3}

    assert before < after
    assert 140 < len(before) < 260


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_no_share_is_nobody_and_all_is_everybody(two, share):
    model = as_alias(two[1], "challenger", challenger_fraction=share)
    answered = {services.predict(model=model, instances=[FLIGHT]).version for _ in range(5)}
    assert answered == {two[int(share)]}


def test_a_version_asked_for_by_number_answers_whatever_the_share(two, api):
    as_alias(two[1], "challenger", challenger_fraction=1.0)
    client = api()
    asked = {"instances": [FLIGHT], "sticky_id": "ada"}

    assert client.post(f"{MODEL}/predict", asked, format="json").json()["version"] == 2
    assert client.post(f"{MODEL}/predict", asked | {"version": 1}, format="json").json()["version"] == 1


def test_a_shadow_is_asked_what_came_since_and_answers_nobody(two):
    first, second = two
    services.predict(model=first.model, instances=[FLIGHT])
    model = as_alias(second, "shadow")
    answer = services.predict(model=model, instances=[LATE, PUNCTUAL])
    assert (answer.version, ShadowAnswer.objects.count()) == (first, 0)

    assert services.ask_shadows() == 2
    found = {row.prediction_id: row for row in ShadowAnswer.objects.all()}
    assert set(found) == set(answer.prediction_ids)
    assert [found[name].prediction for name in answer.prediction_ids] == ["delayed", "on_time"]
    assert all(row.version == second and row.agrees for row in found.values())
    assert set(Prediction.objects.values_list("version", flat=True)) == {first.pk}


def test_a_shadow_asked_twice_leaves_one_answer_each(two):
    model = as_alias(two[1], "shadow")
    services.predict(model=model, instances=[LATE])
    services.ask_shadows()
    Model.objects.update(shadow_cursor=0)
    services.ask_shadows()

    assert ShadowAnswer.objects.count() == 1


def test_numbers_of_a_shadow_are_told_by_their_distance(deploy):
    _, second = deploy("arrival-delay"), deploy("arrival-delay")
    model = as_alias(second, "shadow")
    services.predict(model=model, instances=[LATE])
    services.ask_shadows()

    assert ShadowAnswer.objects.get().distance == pytest.approx(0, abs=1e-9)


def test_the_beat_asks_shadows():
    from django.conf import settings

    from dataops.celery import app

    app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE["ask shadow versions"]["task"] in app.tasks
