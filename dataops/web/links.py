"""Links that people give and others follow."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db import models

from dataops.web.words import lazy as _

WEB_ADDRESS = URLValidator(
    schemes=["http", "https"], message=_("Give a web address, such as https://example.com/page.")
)
"""Following a link must not run anything."""


class LinkFormField(forms.URLField):
    """A web address, http or https; whoever leaves that out means https."""

    default_validators = [WEB_ADDRESS]
    default_error_messages = {"invalid": WEB_ADDRESS.message}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https"} | kwargs)


class LinkField(models.URLField):
    """A web address, http or https."""

    default_validators = [WEB_ADDRESS]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": LinkFormField} | kwargs)
