"""Words that are said in the language of whoever reads them."""

from typing import cast

from django.utils.translation import gettext_lazy


def lazy(text: str) -> str:
    """A text that turns into the reader's language when it is shown.

    ``from dataops.web.words import lazy as _``: so it is called, so it is found by makemessages. To type
    checkers it is the text that it becomes.
    """
    return cast(str, gettext_lazy(text))
