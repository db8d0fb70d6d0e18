"""The form that corrects how a file is read."""

from typing import Any

from django import forms

from dataops.engine.errors import InvalidPlan
from dataops.engine.intake import Dialect
from dataops.web.naming import refuse_unseen
from dataops.web.words import lazy as _
from quality.forms import CommaList

DETECT = ("", _("Detect"))
NONE = "none"
_SPELLED = {"tab": "\t", "\\t": "\t", "space": " "}


class ReadingForm(forms.Form):
    """Fields of a dialect; what is left empty is detected."""

    delimiter = forms.CharField(
        required=False,
        max_length=5,
        strip=False,
        help_text=_("One to four characters, or the word tab or space."),
    )
    quote = forms.ChoiceField(
        required=False, choices=[DETECT, ('"', 'Double "'), ("'", "Single '"), (NONE, "No quotes")]
    )
    escape = forms.ChoiceField(
        required=False,
        choices=[DETECT, ("\\", "Backslash \\"), (NONE, "None: quotes are doubled")],
        label=_("Escape character"),
    )
    header = forms.ChoiceField(
        required=False,
        choices=[DETECT, ("yes", _("There is one")), ("no", _("There is none"))],
        label=_("Header"),
    )
    header_records = forms.IntegerField(
        required=False, min_value=1, max_value=3, label=_("Lines of the header")
    )
    skip_records = forms.IntegerField(required=False, min_value=0, label=_("Lines above the header"))
    footer_records = forms.IntegerField(required=False, min_value=0, label=_("Lines below the rows"))
    comment = forms.CharField(required=False, max_length=2, label=_("Comment lines begin with"))
    encoding = forms.CharField(
        required=False, max_length=20, help_text=_("Such as utf-8, cp1252 or utf-16-le.")
    )
    sheet = forms.CharField(required=False, max_length=80, label=_("Sheet"), help_text=_("Of a workbook."))
    member = forms.CharField(
        required=False, max_length=255, label=_("File"), help_text=_("In a ZIP archive.")
    )
    decimal = forms.ChoiceField(
        required=False,
        choices=[DETECT, (".", _("Point 1.5")), (",", _("Comma 1,5"))],
        label=_("Decimal mark"),
    )
    thousands = forms.ChoiceField(
        required=False,
        choices=[
            DETECT,
            (NONE, "None"),
            (",", "Comma"),
            (".", _("Point")),
            ("space", _("Space")),
            ("'", "Apostrophe"),
        ],
        label=_("Mark between thousands"),
    )
    date_order = forms.ChoiceField(
        required=False,
        choices=[DETECT, ("dmy", _("Day first")), ("mdy", _("Month first")), ("ymd", _("Year first"))],
        label=_("Order of dates"),
    )
    true_words = CommaList(required=False, label=_("Words that mean true"), help_text=_("Such as yes, ja."))
    false_words = CommaList(
        required=False, label=_("Words that mean false"), help_text=_("Such as no, nein.")
    )
    remember = forms.BooleanField(
        required=False,
        label=_("Read later files of this source so"),
        help_text=_("But for lines above and below."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                Dialect.from_dict(self.dialect())
            except InvalidPlan as error:
                self.add_error(None, str(error))
        return cleaned

    def dialect(self) -> dict[str, Any]:
        """The fields that were filled in."""
        given: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in ("remember", "source") or value in ("", None, []):
                continue
            text = _SPELLED.get(value, value) if isinstance(value, str) else value
            given[name] = "" if text == NONE else text
        if "header" in given:
            given["header"] = given["header"] == "yes"
        return given


class StartForm(ReadingForm):
    """The same for a file that is not checked yet, and what it is for."""

    source = forms.CharField(
        max_length=120,
        validators=[refuse_unseen],
        help_text=_("Made on first use; files of one source are compared with each other."),
    )
    field_order = ("source",)

    def choice(self) -> dict[str, Any]:
        """What starts the check; nothing filled in leaves all to be detected."""
        given = self.dialect()
        return {
            "source_name": self.cleaned_data["source"],
            "dialect": given or None,
            "remember": self.cleaned_data["remember"],
        }


def initial_of(dialect: dict[str, Any]) -> dict[str, Any]:
    """What the form shows for a stored dialect."""
    shown = dict(dialect)
    for name in ("quote", "escape", "thousands"):
        if shown.get(name) == "":
            shown[name] = NONE
    if "header" in shown:
        shown["header"] = "yes" if shown["header"] else "no"
    if shown.get("thousands") == " ":
        shown["thousands"] = "space"
    if shown.get("delimiter") in ("\t", " "):
        shown["delimiter"] = "tab" if shown["delimiter"] == "\t" else "space"
    return shown
