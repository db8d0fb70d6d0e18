"""What may be kept about missing values of single columns."""

from typing import Any

from django.core.exceptions import ValidationError

from dataops.web.words import lazy as _

FIELDS = {"tokens", "whitespace"}
MOST_COLUMNS, MOST_TOKENS, LONGEST_TOKEN = 1_000, 50, 60


def check_column_missing(given: Any) -> None:
    """Raises ValidationError that names the column unless it is {column: {"tokens", "whitespace"}}."""
    if not isinstance(given, dict):
        raise ValidationError('Give an object such as {"price": {"tokens": ["-"], "whitespace": true}}.')
    if len(given) > MOST_COLUMNS:
        raise ValidationError(
            _("At most %(most)s columns may have rules of their own.") % {"most": MOST_COLUMNS}
        )
    for column, rule in given.items():
        if problem := _problem(rule):
            raise ValidationError(
                _("Column %(name)s: %(problem)s") % {"name": f"{column!r}", "problem": problem}
            )


def _problem(rule: Any) -> str:
    if not isinstance(rule, dict):
        return 'give an object such as {"tokens": ["-"], "whitespace": true}.'
    if unknown := sorted(rule.keys() - FIELDS):
        return f"{unknown[0]!r} is not known; give tokens and whitespace."
    if not isinstance(rule.get("whitespace", True), bool):
        return "whitespace is true (blank cells are missing) or false."
    tokens = rule.get("tokens", [])
    if not isinstance(tokens, list) or len(tokens) > MOST_TOKENS:
        return _("tokens is a list of at most %(most)s words.") % {"most": MOST_TOKENS}
    wrong = [token for token in tokens if not _is_token(token)]
    if not wrong:
        return ""
    told = {"word": f"{wrong[0]!r}", "most": LONGEST_TOKEN}
    return _("%(word)s is no word of 1 to %(most)s characters.") % told


def _is_token(token: Any) -> bool:
    # Compared without spaces around, so a word with them would never be met.
    return isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN and token == token.strip()
