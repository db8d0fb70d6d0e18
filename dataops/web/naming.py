"""What a name may hold that people tell things apart by: in lists, mails and logs."""

import unicodedata

from django.core.exceptions import ValidationError

from dataops.web.words import lazy as _

# Persian and Indian scripts, and many emoji, are written with these between their letters.
JOINERS = {"\u200c", "\u200d"}
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def refuse_unseen(name: str) -> None:
    """Raises ValidationError for marks nobody sees: they end lines, turn the text behind them, or hide in a
    name that looks like another (Unicode TR 36, 39)."""
    for place, mark in enumerate(name, start=1):
        joins = mark in JOINERS and 1 < place < len(name)
        if unicodedata.category(mark) in UNSEEN and not joins:
            raise ValidationError(
                _("Character %(place)s cannot be seen (%(mark)s); leave it out."),
                code="unseen",
                params={"place": place, "mark": f"U+{ord(mark):04X}"},
            )
