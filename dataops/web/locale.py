"""In which language, and by which clock, somebody is answered and written to."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from dataops.web import sight
from dataops.web.models import Locale
from dataops.web.paths import API_PREFIX
from dataops.web.programs import is_program


class PeopleBackend(ModelBackend):
    """Fetches a person with their locale, and whether anything is kept to a team: every page asks, once."""

    def get_user(self, user_id: int) -> Any:
        people = get_user_model()._default_manager.select_related("locale")
        people = people.annotate(something_kept=sight.something_kept())
        person = people.filter(pk=user_id).first()
        return person if self.user_can_authenticate(person) else None


def locale_of(person: Any) -> Locale:
    """What a person has chosen; nothing where they never chose, or are nobody."""
    return getattr(person, "locale", None) or Locale()


def language_of(address: str) -> str:
    """What mail to this address is written in: the choice of the person who has it; one query."""
    chosen = Locale.objects.filter(person__email__iexact=address, person__is_active=True).exclude(language="")
    return chosen.values_list("language", flat=True).first() or settings.LANGUAGE_CODE


def by_language(addresses: Iterable[str]) -> dict[str, list[str]]:
    """Addresses by the language that mail to them is written in."""
    found: dict[str, list[str]] = {}
    for address in addresses:
        found.setdefault(language_of(address), []).append(address)
    return found


class LocaleMiddleware:
    """Pages speak as the person chose, else as the browser asks; programs are answered in English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_program(request):
            return self.get_response(request)
        is_page = not request.path_info.startswith(API_PREFIX)
        chosen = locale_of(request.user) if is_page else Locale()
        asked = translation.get_language_from_request(request) if is_page else settings.LANGUAGE_CODE
        language = chosen.language or asked
        with translation.override(language), timezone.override(chosen.time_zone or settings.TIME_ZONE):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response
