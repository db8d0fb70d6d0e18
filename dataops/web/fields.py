"""Form fields that several rooms ask with."""

from typing import Any
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


class PercentField(forms.FloatField):
    """A share, shown and entered in percent: 5 is kept as 0.05. ``least`` and ``most`` are shares."""

    def __init__(self, *, least: float | None = None, most: float | None = None, **kwargs: Any) -> None:
        low, high = (None if bound is None else 100 * bound for bound in (least, most))
        super().__init__(min_value=low, max_value=high, **kwargs)
        self.label = f"{self.label} (%)"

    def prepare_value(self, value: Any) -> Any:
        # What somebody wrote is a text, and shown again as it was written.
        return f"{100 * value:.10g}" if isinstance(value, int | float) else value

    def clean(self, value: Any) -> float | None:
        percent = super().clean(value)
        return None if percent is None else round(percent / 100, 12)
