"""Form fields that several rooms ask with."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError


class AddressField(forms.CharField):
    """An http or https address without a user name in it; where it leads is checked at each fetch."""

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            parts = urlsplit(value)
        except ValueError:
            raise ValidationError("This is no address.") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValidationError("Give an address that begins with https:// or http://.")
        if parts.username or parts.password:
            raise ValidationError("Leave user name and password out of it; secrets have fields of their own.")
