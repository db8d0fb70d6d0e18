"""The sample data is split so that what is measured was never fitted on."""

import pytest

from models_registry.formats.templates import TEMPLATES


@pytest.fixture(scope="module")
def trained():
    return TEMPLATES["flight-delayed"].train(lambda fraction, stage: None)


def test_fitted_and_held_out_rows_share_none(trained):
    assert not set(trained.fitted.ids) & set(trained.held_out.ids)
    assert len(trained.fitted) / (len(trained.fitted) + len(trained.held_out)) == pytest.approx(0.7, abs=0.01)


def test_a_replayed_spring_has_only_held_out_rows_and_july_has_all(trained):
    april, july = TEMPLATES["flight-delayed"].replay([4, 7])

    assert set(april.ids) <= set(trained.held_out.ids)
    assert 600 < len(april) < 900
    assert len(july) > 2_300
    assert {moment.month for moment in july.times} <= {7, 8}  # the last July evening is August in UTC


def test_training_twice_gives_the_same_model(trained):
    again = TEMPLATES["flight-delayed"].train(lambda fraction, stage: None)

    assert again.fitted.ids == trained.fitted.ids
    assert (again.estimator[-1].coef_ == trained.estimator[-1].coef_).all()


def test_no_feature_tells_the_month_or_the_arrival(trained):
    assert not {"month", "arr_time", "air_time", "arr_delay"} & set(trained.signature.names)
