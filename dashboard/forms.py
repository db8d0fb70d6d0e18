"""Forms of the dashboard and of the settings pages."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext

from alerts.channels.email import AddressesField
from dashboard.selectors.people import role_of
from dashboard.selectors.periods import LONGEST_DAYS, Period, period
from dataops.web.accounts import ROLES
from dataops.web.declared import SettingsForm
from dataops.web.fields import TimeZoneField
from dataops.web.models import TokenScope
from dataops.web.naming import refuse_unseen
from dataops.web.teams import teams_of
from dataops.web.words import lazy as _

LIFETIMES = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("One year"))]
MOST_TEAM_NAME = 150
THEMES = [("auto", _("Follow the system")), ("light", _("Light")), ("dark", _("Dark"))]
ROLE_HELP = _(
    "Viewers look. Editors upload data, run checks and deploy models. Operators also handle alerts, "
    "channels and promotions. Admins do everything."
)


RANGES = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
DEFAULT_RANGE = "7d"


def _roles() -> list[tuple[str, str]]:
    return [(role, gettext(role.capitalize())) for role in ROLES]


class TrendForm(forms.Form):
    """What the trends show and over which time; what is not understood is as if it were not there."""

    show = forms.ChoiceField(required=False)
    range = forms.ChoiceField(required=False, choices=[(name, name) for name in RANGES])
    since = forms.DateField(required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, measures: Collection[str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures, self.today = measures, today
        self.fields["show"].choices = [(key, key) for key in measures]  # type: ignore[attr-defined]
        self.is_valid()

    def clean(self) -> None:
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if bool(first) != bool(last):
            raise forms.ValidationError(_("Name both the first and the last day."))
        if last and last > self.today:
            raise forms.ValidationError(
                _("The last day must not be after today, %(today)s (UTC).")
                % {"today": date_format(self.today, "DATE_FORMAT")}
            )
        if first and last and not timedelta(0) <= last - first < timedelta(LONGEST_DAYS):
            raise forms.ValidationError(_("The last day must be within two years after the first."))

    @property
    def measure(self) -> str:
        return self.cleaned_data.get("show") or next(iter(self.measures))

    @property
    def chosen(self) -> str:
        """Name of the range; empty for a time of one's own."""
        is_own = self.cleaned_data.get("until") and not self.non_field_errors()
        return "" if is_own else self.cleaned_data.get("range") or DEFAULT_RANGE

    @property
    def period(self) -> Period:
        if self.chosen:
            return period(RANGES[self.chosen])
        return Period.between(self.cleaned_data["since"], self.cleaned_data["until"])

    @property
    def ranges(self) -> list[str]:
        return list(RANGES)


class EraseForm(forms.Form):
    """Values that stand for somebody who asks to be forgotten."""

    values = forms.CharField(
        label=_("Values that stand for this person"),
        help_text=_("One a line: e-mail addresses, numbers, names as they stand in the data."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    is_meant = forms.BooleanField(label=_("Erase them everywhere; it cannot be taken back"))

    def clean_values(self) -> list[str]:
        return [value for line in self.cleaned_data["values"].splitlines() if (value := line.strip())]


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        validators=[refuse_unseen],
        help_text=_("What it is for, such as “nightly export”."),
    )
    scope = forms.ChoiceField(
        choices=TokenScope.choices,
        initial=TokenScope.READ,
        help_text=_("Never more than you may do yourself. Data: files, predictions, what really happened."),
    )
    days = forms.TypedChoiceField(choices=LIFETIMES, coerce=int, initial=90, label=_("Expires in"))


class PersonForm(forms.ModelForm):
    """Names of people stand in lists, mails and logs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].validators.append(refuse_unseen)


class InviteForm(PersonForm):
    role = forms.ChoiceField(choices=_roles, help_text=ROLE_HELP)

    class Meta:
        model = get_user_model()
        fields = ["username", "first_name", "last_name", "email"]

    def clean_username(self) -> str:
        """Two names that differ only in case would be one name to people."""
        name: str = self.cleaned_data["username"]
        if get_user_model()._default_manager.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody has this name already; choose another."))
        return name


class AccessForm(forms.Form):
    role = forms.ChoiceField(choices=_roles, help_text=ROLE_HELP)
    is_active = forms.BooleanField(
        required=False,
        label=_("May sign in"),
        help_text=_("Without it, tokens and open sessions stop working too."),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": role_of(person), "is_active": person.is_active}
        super().__init__(*args, **kwargs)


class TeamsForm(forms.Form):
    teams = forms.CharField(
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. Alerts of what its members own are routed by team, and channels mail it."),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"teams": "\n".join(teams_of(person.get_username()))}
        super().__init__(*args, **kwargs)

    def clean_teams(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["teams"].splitlines() if line.strip()]
        for name in names:
            refuse_unseen(name)
            if name.lower() in ROLES:
                raise forms.ValidationError(
                    _("%(name)s is a role, not a team; choose another name.") % {"name": name}
                )
            if len(name) > MOST_TEAM_NAME:
                raise forms.ValidationError(
                    _("A name has at most %(most)s characters.") % {"most": MOST_TEAM_NAME}
                )
        return list(dict.fromkeys(names))


class ProfileForm(PersonForm):
    class Meta:
        model = get_user_model()
        fields = ["first_name", "last_name", "email"]


class OwnPasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It shares its page with other forms, so it must not take the focus.
        del self.fields["old_password"].widget.attrs["autofocus"]


class LocaleForm(forms.Form):
    """In which language, and by which clock, somebody reads the pages."""

    language = forms.ChoiceField(
        required=False, choices=[("", _("As the browser asks")), *settings.LANGUAGES], label=_("Language")
    )
    time_zone = TimeZoneField(
        required=False,
        nothing=_("UTC, and the clock of the browser"),
        label=_("Time zone"),
        help_text=_("Of the moments on pages. Schedules have a zone of their own."),
    )


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=THEMES, label=_("Colours"))


class WeeklyMailForm(SettingsForm):
    """Whether, when and to whom the business report goes."""

    enabled = forms.BooleanField(required=False)
    recipients = AddressesField(required=False)
    weekday = forms.TypedChoiceField(choices=list(WEEKDAYS.items()), coerce=int, label=_("On"))
    hour = forms.IntegerField(min_value=0, max_value=23)
    time_zone = TimeZoneField()

    def clean(self) -> None:
        if self.cleaned_data.get("enabled") and not self.cleaned_data.get("recipients"):
            self.add_error("recipients", _("Name at least one address to send it to."))


class AuditFilterForm(forms.Form):
    """Filters of the audit log; what is not understood does not filter."""

    action = forms.ChoiceField(required=False, label=_("Area"))
    actor = forms.CharField(required=False, max_length=150, label=_("Who"))
    target = forms.CharField(required=False, max_length=200, label=_("What"))
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, areas: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("Everything")), *((area, area) for area in areas)]  # type: ignore[attr-defined]

    def clean_since(self) -> datetime | None:
        """The first moment of that day (UTC)."""
        day = self.cleaned_data["since"]
        return datetime.combine(day, time.min, tzinfo=UTC) if day else None

    @property
    def filters(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
