"""What may be kept about missing values of single columns."""

from typing import Any

from django.core.exceptions import ValidationError

FIELDS = {"tokens", "whitespace"}
MOST_COLUMNS, MOST_TOKENS, LONGEST_TOKEN = 1_000, 50, 60


def check_column_missing(given: Any) -> None:
    """Raises ValidationError that names the column unless it is {column: {"tokens", "whitespace"}}."""
    if not isinstance(given, dict):
        raise ValidationError('Give an object such as {"price": {"tokens": ["-"], "whitespace": true}}.')
    if len(given) > MOST_COLUMNS:
        raise ValidationError(f"At most {MOST_COLUMNS} columns may have rules of their own.")
    for column, rule in given.items():
        if problem := _problem(rule):
            raise ValidationError(f"Column {column!r}: {problem}")


def _problem(rule: Any) -> str:
    if not isinstance(rule, dict):
        return 'give an object such as {"tokens": ["-"], "whitespace": true}.'
    if unknown := sorted(rule.keys() - FIELDS):
        return f"{unknown[0]!r} is not known; give tokens and whitespace."
    if not isinstance(rule.get("whitespace", True), bool):
        return "whitespace is true (blank cells are missing) or false."
    tokens = rule.get("tokens", [])
    if not isinstance(tokens, list) or len(tokens) > MOST_TOKENS:
        return f"tokens is a list of at most {MOST_TOKENS} words."
    wrong = [token for token in tokens if not _is_token(token)]
    return f"{wrong[0]!r} is no word of 1 to {LONGEST_TOKEN} characters." if wrong else ""


def _is_token(token: Any) -> bool:
    # Compared without spaces around, so a word with them would never be met.
    return isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN and token == token.strip()
