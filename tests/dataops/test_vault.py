"""Secrets at rest: readable with any of the keys, lost without, never shown."""

import pytest
from django.core.management import call_command

from dataops.web import vault
from quality.models import DataSource

OLD, NEW = "old-key-" + "x" * 40, "new-key-" + "y" * 40


@pytest.fixture(autouse=True)
def _keys(settings) -> None:
    settings.SECRETS_KEYS = [OLD]


def test_a_sealed_value_does_not_hold_the_secret_and_is_never_the_same_twice() -> None:
    first, second = vault.seal("hush hush"), vault.seal("hush hush")

    assert "hush" not in first
    assert first != second
    assert vault.reveal("password", first) == vault.reveal("password", second) == "hush hush"


def test_the_first_key_encrypts_and_every_key_decrypts(settings) -> None:
    token = vault.seal("hush")
    settings.SECRETS_KEYS = [NEW, OLD]

    assert vault.reveal("password", token) == "hush"
    fresh = vault.seal("hush")
    settings.SECRETS_KEYS = [NEW]
    assert vault.reveal("password", fresh) == "hush"


def test_a_lost_key_says_enter_it_again(settings) -> None:
    token = vault.seal("hush")
    settings.SECRETS_KEYS = [NEW]

    with pytest.raises(vault.SecretLost, match="password cannot be read") as caught:
        vault.reveal("password", token)
    assert token not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("damaged", ["", "x", "gAAAAA==", "äöü"])
def test_damage_counts_as_lost(damaged) -> None:
    with pytest.raises(vault.SecretLost):
        vault.reveal("password", damaged)


@pytest.mark.django_db
def test_after_a_rotation_the_old_key_may_go(settings, capsys) -> None:
    source = DataSource.objects.create(name="a", secrets={"password": vault.seal("hush")})
    DataSource.objects.create(name="b", secrets={"password": "gone for good"})
    settings.SECRETS_KEYS = [NEW, OLD]
    call_command("rotate_secrets")
    settings.SECRETS_KEYS = [NEW]

    source.refresh_from_db()
    assert vault.reveal_all(source.secrets) == {"password": "hush"}
    told = capsys.readouterr()
    assert "1 secrets" in told.out
    assert "1 could not be read" in told.err
