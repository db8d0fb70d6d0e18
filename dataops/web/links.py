"""Links that people give and others follow."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db import models

WEB_ADDRESS = URLValidator(schemes=["http", "https"])
"""Following a link must not run anything."""


class LinkField(models.URLField):
    """A web address, http or https."""

    default_validators = [WEB_ADDRESS]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"assume_scheme": "https"} | kwargs)
