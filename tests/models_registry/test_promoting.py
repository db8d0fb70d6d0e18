"""Aliases move, and every move is kept."""

import pytest
from django.urls import reverse

from models_registry import selectors, services
from models_registry.models import AliasChange, Model


def test_the_history_of_an_alias_is_kept_with_who_and_why(deploy, user):
    first, second = deploy(), deploy()
    person = user("operator")
    services.promote_version(version=second, alias="champion", reason="better", by=person)
    services.promote_version(version=first, alias="champion", reason="was better after all", by=person)

    moves = [(c.version.number, c.reason, c.by) for c in selectors.alias_changes(first.model)]
    assert moves == [
        (1, "was better after all", person),
        (2, "better", person),
        (1, "The first version of the model.", None),
    ]
    assert Model.objects.get().champion == first


def test_a_challenger_does_not_unseat_the_champion(deploy):
    first, second = deploy(), deploy()
    services.promote_version(version=second, alias="challenger", reason="a try", by=None)

    assert Model.objects.get().champion == first
    assert selectors.aliases_of(first.model) == {"champion": first, "challenger": second}


def test_a_version_cannot_be_given_what_it_has(deploy):
    version = deploy()
    with pytest.raises(services.NotPossible, match="is the champion already"):
        services.promote_version(version=version, alias="champion", reason="a try", by=None)
    assert AliasChange.objects.count() == 1


def test_a_version_that_is_not_ready_cannot_be_promoted(db):
    run = services.deploy_model(template="flight-delayed")
    with pytest.raises(services.NotPossible, match="is deploying"):
        services.promote_version(version=run.version, alias="champion", reason="a try", by=None)


def test_an_unknown_alias_names_the_known_ones(deploy):
    with pytest.raises(services.NotAccepted, match="champion, challenger, shadow"):
        services.promote_version(version=deploy(), alias="emperor", reason="a try", by=None)


def test_an_alias_is_taken_away_on_page_api_and_in_the_administration_and_that_is_kept(
    deploy, client_as, api
):
    first, second = deploy(), deploy()
    name = first.model.name

    def challenge() -> None:
        services.promote_version(version=second, alias="challenger", reason="a try", by=None)

    challenge()
    page = client_as("admin").get(reverse("models:model_versions", args=[name])).content.decode()
    assert "Take away" in page
    client_as("admin").post(reverse("models:alias_withdraw", args=[name, "challenger"]), {"reason": " "})
    assert Model.objects.get().challenger == second
    client_as("admin").post(reverse("models:alias_withdraw", args=[name, "challenger"]), {"reason": "slow"})
    assert selectors.aliases_of(first.model) == {"champion": first}
    assert Model.objects.get().challenger is None
    newest = selectors.alias_changes(first.model)[0]
    assert (newest.withdrawn, newest.reason, newest.version) == (True, "slow", second)

    challenge()  # it can have it again
    aliases = f"/api/v1/model-monitoring/models/{name}/aliases"
    assert api("admin").delete(f"{aliases}/challenger?reason=slow+again").status_code == 204
    assert selectors.alias_changes(first.model)[0].reason == "slow again"
    assert api("admin").delete(f"{aliases}/challenger").status_code == 409
    assert api("admin").delete(f"{aliases}/champion").status_code == 409
    assert api("viewer").delete(f"{aliases}/challenger").status_code == 403

    challenge()
    client_as("admin").post(
        reverse("admin:models_registry_modelversion_changelist"),
        {"action": "withdraw_aliases", "_selected_action": [second.pk], "reason": "enough seen"},
    )
    assert selectors.aliases_of(first.model) == {"champion": first}
