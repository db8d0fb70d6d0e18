"""How answers are written."""

from typing import Any

import msgspec
from rest_framework import renderers


class PlainRenderer(renderers.JSONRenderer):
    """For answers of plain values that may be many: texts, finite numbers, lists and mappings of them.

    msgspec writes them ten times as fast as the standard library. Errors, which hold other things, and those
    who ask for indents, are served as everywhere.
    """

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if accepted_media_type == self.media_type:
            try:
                return msgspec.json.encode(data)
            except TypeError:  # it holds something else
                pass
        return bytes(super().render(data, accepted_media_type, renderer_context))
