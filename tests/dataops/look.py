"""Looks at pages of an installation as its admin; prints those that do not come, with their status."""

import json

import django

PAGES = (
    "/", "/quality/", "/quality/sources/1/", "/quality/runs/1/", "/quality/runs/2/", "/models/",
    "/models/flight-delayed/", "/models/flight-delayed/versions/1/", "/alerts/", "/alerts/1/", "/settings/",
)  # fmt: skip


def look() -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client, override_settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain):
        browser = Client(headers={"host": "localhost"})
        browser.force_login(
            get_user_model().objects.get(username="admin"), backend=settings.AUTHENTICATION_BACKENDS[-1]
        )
        answers = {page: browser.get(page).status_code for page in PAGES}
    print(json.dumps({page: status for page, status in answers.items() if status != 200}))


if __name__ == "__main__":
    django.setup()
    look()
