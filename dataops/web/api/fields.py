"""Fields of the API for things that are called by a name."""

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers

from dataops.web.teams import teams


class NameField(serializers.SlugRelatedField):
    """Something by the ``name`` it has, one of ``queryset``."""

    default_error_messages = {"does_not_exist": "nothing is called {value!r} here"}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"slug_field": "name"} | options)


class PersonField(NameField):
    """Somebody by user name; who may no longer sign in is not known."""

    default_error_messages = {"does_not_exist": "nobody has the user name {value!r}"}

    def __init__(self, **options: Any) -> None:
        people = get_user_model()._default_manager.filter(is_active=True)
        super().__init__(slug_field="username", queryset=people, allow_null=True, **options)


class TeamField(NameField):
    """The team something is kept to; null: everybody sees it."""

    default_error_messages = {"does_not_exist": "no team is called {value!r}"}

    def __init__(self, **options: Any) -> None:
        told = "Name of the team that alone sees it, besides administrators; null: everybody."
        usual = {"queryset": teams(), "allow_null": True, "required": False, "help_text": told}
        super().__init__(**usual | options)
