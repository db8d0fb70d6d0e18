"""Every list and form of the admin opens, with rows, for an admin, within the policy of all pages."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.house.sitemap import admin_places
from tests.house.test_pages import INLINE_SCRIPT, INLINE_STYLE

OURS = {"web", "quality", "models_registry", "alerts"}
ADMINS = sorted(admin.site._registry.values(), key=lambda each: each.model._meta.label)


def name_of(model_admin: admin.ModelAdmin) -> str:
    return model_admin.model._meta.label_lower


def address(model_admin: admin.ModelAdmin, page: str, *arguments: object) -> str:
    meta = model_admin.model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=arguments)


def keeps_the_policy(response) -> bool:
    html = response.content.decode()
    within = "unsafe" not in response.headers["Content-Security-Policy"]
    return within and not INLINE_SCRIPT.search(html) and not INLINE_STYLE.search(html)


@pytest.fixture
def staff(sample, client_as):
    return client_as("admin")


@pytest.mark.parametrize("model_admin", ADMINS, ids=name_of)
def test_list_opens_is_searched_and_filtered(staff, model_admin) -> None:
    for query in ("", "?q=flights", "?o=1"):
        response = staff.get(address(model_admin, "changelist") + query)

        assert response.status_code == 200
        assert keeps_the_policy(response)


@pytest.mark.parametrize("model_admin", ADMINS, ids=name_of)
def test_add_form_opens_unless_rows_are_history(staff, rf, model_admin) -> None:
    response = staff.get(address(model_admin, "add"))
    request = response.wsgi_request

    # 302: to the page where it is written.
    assert response.status_code in ({200, 302} if model_admin.has_add_permission(request) else {403})
    assert keeps_the_policy(response)


@pytest.mark.parametrize("model_admin", ADMINS, ids=name_of)
def test_row_and_its_history_open(staff, model_admin) -> None:
    row = model_admin.model._default_manager.first()
    if row is None:
        assert model_admin.model._meta.app_label not in {"quality", "models_registry"}
        return
    for page in ("change", "history"):
        response = staff.get(address(model_admin, page, row.pk))

        assert response.status_code == 200, page
        assert keeps_the_policy(response)
    going = staff.get(address(model_admin, "delete", row.pk))
    may = model_admin.has_delete_permission(response.wsgi_request, row)
    assert ("Are you sure" in going.content.decode()) == may, "what is offered to go is held back"


def test_every_table_of_ours_is_in_the_admin_or_part_of_one_that_is() -> None:
    registered = {each.model for each in ADMINS}
    inlined = {inline.model for each in ADMINS for inline in each.inlines}
    # Working memory of the kernel and of a reporter, and what is stored beside a run for machines to read.
    beside_a_run = {"quality.StoredProfile", "quality.RunNumbers"}
    internal = {"web.IdempotencyRecord", "alerts.Watermark", "web.AuditHead", *beside_a_run}

    models = {m for m in apps.get_models() if m._meta.app_label in OURS and m._meta.label not in internal}
    assert {m._meta.label for m in models - registered - inlined} == set()


def test_every_address_of_the_admin_is_closed_to_all_but_administrators(sample, client_as) -> None:
    let_in = {
        (method, place.route)
        for caller in (Client(), client_as("operator"))
        for place in admin_places()
        for method in ("GET", "POST")
        if not asks_to_sign_in(caller.generic(method, f"/{filled(place.route)}"))
    }

    # The way in and the way out; the way in is the one of all pages, and no place for who is in already.
    assert {route for _, route in let_in} == {"admin/login/", "admin/logout/"}
    assert client_as("operator").get("/admin/login/").status_code == 403


def filled(route: str) -> str:
    """With something in each blank, whether it is written as a path or as a pattern."""
    pattern = re.compile(r"\(\?P<\w+>(\w*)[^)]*\)")
    return re.sub(r"<[\w:]+>", "1", pattern.sub(lambda blank: blank[1] or "x", route)).strip("^$")


def asks_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer.url.startswith(("/accounts/login/", "/admin/login/"))
