"""How request bodies are read."""

from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """JSON whose nesting the parser can follow; deeper is refused, not broken over."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply") from error


class AnyNumberParser(JSONParser):
    """JSON in which NaN and Infinity may stand, as pandas writes them, for views that name their place."""

    strict = False
