"""Requests that come together share a commit; what was answered is written, whoever wrote it."""

import threading
import time
from uuid import RFC_4122

import pytest
from django.db import connection
from django.utils import timezone

from models_registry import services
from models_registry.models import Model, Prediction
from models_registry.models.prediction import new_key
from models_registry.services import prediction_log
from models_registry.services.bulk_log import NewPrediction
from models_registry.services.prediction_log import append_to_log


def row(version, name) -> NewPrediction:
    return NewPrediction(version.model_id, version.pk, name, {}, "delayed", None, timezone.now(), None)


def test_ids_are_uuids_that_sort_by_the_time_they_were_made():
    keys = []
    for _ in range(3):
        keys.append(new_key())
        time.sleep(0.002)

    assert keys == sorted(keys)
    assert {(key.version, key.variant) for key in keys} == {(7, RFC_4122)}
    assert abs(time.time() - (keys[-1].int >> 80) / 1000) < 60
    assert len({new_key() for _ in range(10_000)}) == 10_000


def test_an_id_that_was_taken_meanwhile_is_told_and_nothing_is_written(classifier):
    append_to_log([row(classifier.champion, "a")])
    with pytest.raises(services.NotPossible, match="used by another request just now"):
        append_to_log([row(classifier.champion, "b"), row(classifier.champion, "a")])

    assert Prediction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_requests_that_wait_are_written_together_and_only_the_bad_one_is_refused(deploy, monkeypatch):
    version = deploy()
    writes, together = [], threading.Event()
    write = prediction_log._write

    def slowly(entries):
        writes.append(len(entries))
        if len(writes) == 1:
            write(entries)
            together.wait(10)  # the others queue up behind this one
        else:
            write(entries)

    monkeypatch.setattr(prediction_log, "_write", slowly)
    told: dict[str, str] = {}

    def ask(key: str, name: str) -> None:
        try:
            append_to_log([row(version, name)])
            told[key] = "written"
        except services.NotPossible:
            told[key] = "refused"
        finally:
            connection.close()

    first = threading.Thread(target=ask, args=("first", "a"))
    first.start()
    while not writes:
        pass
    names = {"b": "b", "again": "a", "c": "c", "d": "d"}
    others = [threading.Thread(target=ask, args=pair) for pair in names.items()]
    for thread in others:
        thread.start()
    while len(prediction_log._waiting) < len(others):
        pass
    together.set()
    for thread in (first, *others):
        thread.join(20)

    assert writes[1] == 4
    assert told == {"first": "written", "b": "written", "again": "refused", "c": "written", "d": "written"}
    assert set(Prediction.objects.values_list("prediction_id", flat=True)) == {"a", "b", "c", "d"}
    assert Model.objects.count() == 1
