"""Links that people give and others follow."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db import models


class LinkField(models.URLField):
    """A web address, http or https: following it must not run anything."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"assume_scheme": "https"} | kwargs)
