"""Pages as one HTML file to mail, print and keep: style within, charts as SVG, no script, nothing fetched."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from dataops import __version__

STYLE = Path(settings.BASE_DIR) / "static" / "css" / "report.css"


def draw_file(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """The file, from a template that extends ``report_base.html``, and the policy that allows its style."""
    style = STYLE.read_text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = {
        "style": mark_safe(style),  # noqa: S308 - our own file
        "made_at": timezone.now(),
        "version": __version__,
    }
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return render_to_string(template, {**context, **page}), policy
