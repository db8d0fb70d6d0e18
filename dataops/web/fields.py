"""Form fields that several rooms ask with."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dataops.web import safe_http
from dataops.web.moments import zone_choices
from dataops.web.sight import may_keep_to
from dataops.web.teams import teams
from dataops.web.words import lazy as _


class LongSelect(forms.Select):
    """A select of hundreds of options, drawn without a template for each, which takes 50 to 100 ms."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        own = self.build_attrs(self.attrs, (attrs or {}) | {"name": name})
        return format_html("<select{}>{}</select>", flatatt(own), options)


class LongChecklist(forms.CheckboxSelectMultiple):
    """Boxes for hundreds of choices, drawn as Django draws them, but without a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        own = self.build_attrs(self.attrs, attrs or {})
        field = own.pop("id", name)
        boxes = format_html_join(
            "",
            '<div><label for="{0}_{1}"><input type="checkbox" name="{2}" value="{3}" id="{0}_{1}"{4}{5}> {6}'
            "</label></div>",
            (
                (field, at, name, key, flatatt(own), _checked(str(key) in chosen), label)
                for at, (key, label) in enumerate(self.choices)
            ),
        )
        return format_html('<div id="{}">{}</div>', field, boxes)


def _checked(yes: bool) -> SafeString:
    return SafeString(" checked" if yes else "")


class TimeZoneField(forms.ChoiceField):
    """One of the time zones by name, UTC first; before it ``nothing``, where none has to be chosen."""

    def __init__(self, *, nothing: Any = "", **kwargs: Any) -> None:
        none = [("", nothing)] if nothing else []
        super().__init__(choices=lambda: [*none, *zone_choices()], widget=LongSelect, **kwargs)


class TeamChoice(forms.ModelChoiceField):
    """The team something is kept to, if to any."""

    def __init__(self) -> None:
        super().__init__(
            queryset=teams(),
            required=False,
            label=_("Kept to the team"),
            empty_label=_("none: everybody sees it"),
            help_text=_("Only its members and administrators see it, and all that comes of it."),
        )

    def offer_to(self, person: Any, *, now: Any) -> None:
        """Only what they may keep it to."""
        self.queryset = may_keep_to(person, now=now)


def refuse_private(host: str) -> None:
    """For hosts that people type in: what no connection would be made to is no setting, either.

    Where a name leads is asked when the connection is made, and each time.
    """
    if safe_http.says_private(host):
        raise ValidationError(
            _("%(host)s is not a public address; an operator can allow it with DATAOPS_OUTBOUND_ALLOW.")
            % {"host": host}
        )


class AddressField(forms.CharField):
    """An http or https address without a user name in it, and not of a host that is refused anyway."""

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            parts = urlsplit(value)
        except ValueError:
            raise ValidationError(_("This is no address.")) from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValidationError(_("Give an address that begins with https:// or http://."))
        if parts.username or parts.password:
            raise ValidationError(
                _("Leave user name and password out of it; secrets have fields of their own.")
            )
        refuse_private(parts.hostname)


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
