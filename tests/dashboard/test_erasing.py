"""Somebody asks to be forgotten."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dataops.web.models import AuditEvent
from models_registry.models import Prediction
from quality.models import CheckResult, CheckRun, FailingRows

pytestmark = pytest.mark.django_db
ANN, BOB = "ann@example.com", "bob@example.com"


def erase(monkeypatch, *values: str, **options: bool) -> str:
    written = StringIO()
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(values)))
    call_command("erase_person", stdout=written, **{"yes": True} | options)
    return written.getvalue()


@pytest.fixture
def kept(checked, compared) -> None:
    """Ann and Bob in a failing row each, in rejects, quoted by a result, and in the prediction log."""
    run = checked("people")
    CheckRun.objects.filter(pk=run.pk).update(
        rejects=[{"line": 3, "text": f"3;{ANN};x;y"}, {"line": 4, "text": f"4;{BOB};x;y"}]
    )
    result = CheckResult.objects.create(
        run=run, check_key="format", column="mail", dimension="validity", outcome="fail", severity="warning",
        evaluated=2, failed=2, message=f"not valid: {ANN!r}, {BOB!r}",
        details={"invalid_values": [[ANN, 1], [BOB, 1]]},
    )  # fmt: skip
    FailingRows.objects.create(
        result=result, columns=["id", "mail"], marked=["mail"], rows=[[1, "1", ANN.upper()], [2, "2", BOB]],
        personal={}, numbers=b"", total=2, expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    version = compared("churn").version
    for mail in (ANN, BOB):
        Prediction.objects.create(
            model=version.model, version=version, features={"mail": mail, "age": 40}, prediction=1
        )


def test_their_rows_go_from_every_room_and_those_of_others_stay(kept, monkeypatch):
    told = erase(monkeypatch, f" {ANN} ")

    assert told == "Erased 3 rows, rejects and quoted values and 1 predictions.\n"
    result = CheckResult.objects.get()
    stored = str(
        [*FailingRows.objects.values(), *CheckRun.objects.values(), *Prediction.objects.values()]
    ) + str([result.message, result.details])
    assert ANN not in stored.lower()
    assert stored.count(BOB) == 5


def test_an_administrator_erases_on_a_page_when_it_is_meant(kept, client_as):
    browser = client_as("admin")
    address = "/settings/erase/"
    careless = browser.post(address, {"values": ANN})
    short = browser.post(address, {"values": f"{ANN}\n40", "is_meant": "on"})

    assert (careless.status_code, short.status_code, Prediction.objects.count()) == (422, 422, 2)
    done = browser.post(address, {"values": ANN, "is_meant": "on"}, follow=True)
    assert "Erased 3 rows, rejects and quoted values and 1 predictions." in done.content.decode()
    assert AuditEvent.objects.get(action="person.erased").actor_name


def test_the_audit_log_tells_how_much_and_not_whom(kept, monkeypatch):
    erase(monkeypatch, ANN)
    event = AuditEvent.objects.get(action="person.erased")

    assert event.changes == {"values": 1, "kept_rows": 3, "predictions": 1}
    assert "ann" not in str(AuditEvent.objects.values()).lower()


@pytest.mark.parametrize(
    ("values", "options", "told"),
    [(["40"], {}, "at least 3"), ([ANN], {"yes": False}, "--yes"), ([], {}, "at least 3")],
)
def test_nothing_goes_by_mistake(kept, monkeypatch, values, options, told):
    with pytest.raises(CommandError, match=told):
        erase(monkeypatch, *values, **options)

    assert Prediction.objects.count() == 2
