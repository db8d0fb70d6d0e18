"""Text can be read: the token pairs that meet on a page hold WCAG AA in both themes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
SURFACES = ("surface", "surface-raised", "surface-low", "surface-high")
TEXT = [
    *[(ink, ground) for ground in SURFACES for ink in ("on-surface", "on-surface-muted", "primary")],
    *[(ink, ground) for ground in SURFACES[:3] for ink in ("ok", "warn", "bad")],
    *[(f"on-{part}-container", f"{part}-container") for part in ("primary", "ok", "warn", "bad")],
    ("on-primary", "primary"),
    ("on-state", "bad"),
    ("on-inverse-surface", "inverse-surface"),
    ("inverse-primary", "inverse-surface"),
]
DRAWN = [("outline", ground) for ground in SURFACES[:3]]


def theme(name: str) -> dict[str, str]:
    """The colours of one theme: token -> #rrggbb."""
    block = re.search(rf'\[data-bs-theme="{name}"\] {{(.*?)}}', TOKENS, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 for equal colours to 21 for black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_has_four_and_a_half_to_one(name, ink, ground):
    assert contrast(theme(name)[ink], theme(name)[ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), DRAWN)
def test_borders_of_controls_have_three_to_one(name, line, ground):
    assert contrast(theme(name)[line], theme(name)[ground]) >= 3


def test_both_themes_name_the_same_colours():
    assert theme("light").keys() == theme("dark").keys()
