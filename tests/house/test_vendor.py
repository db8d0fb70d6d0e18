"""What we serve to browsers: pinned, licensed, light, self-hosted, and nothing inline."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from dataops.web.looks import LOOKS

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text())
# Mail is no page: its readers know no stylesheets, and no policy of ours applies there.
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*.html") if p.parent.name != "email")


def gzipped(names: list[str]) -> int:
    """Bytes over the wire, each file compressed by itself."""
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize("entry", LOCK, ids=lambda entry: entry["file"])
def test_vendored_files_are_the_pinned_ones(entry):
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_nothing_is_vendored_without_a_pin():
    files = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}

    assert files - {"vendor.lock.json"} == {entry["file"] for entry in LOCK}


def test_every_vendored_package_brings_its_licence():
    licensed = {entry["package"] for entry in LOCK if Path(entry["file"]).name.startswith("LICENSE")}

    assert licensed == {entry["package"] for entry in LOCK}


def test_our_own_style_is_small():
    assert gzipped(["css/tokens.css", "css/material.css"]) <= 8_192


# Handed out as one file that stands alone; its style has a policy with its hash.
ONE_FILE = "templates/report_base.html"
INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "style element": re.compile(r"<style", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "event handler": re.compile(r"\son\w+\s*=|hx-on", re.IGNORECASE),
    "evaluated value": re.compile(r"[\"']js:|[\"']javascript:", re.IGNORECASE),
    "foreign host": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.IGNORECASE),
    "Bootstrap's script, which is not loaded": re.compile(r"data-bs-(?:toggle|target|dismiss)"),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_needs_more_than_the_content_security_policy_gives(what):
    offenders = [str(p.relative_to(ROOT)) for p in TEMPLATES if INLINE[what].search(p.read_text())]
    if what == "style element":
        offenders.remove(ONE_FILE)

    assert offenders == []


def test_every_icon_asked_for_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    asked = {
        name for p in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"|\bicon="([\w-]+)"', p.read_text())
    }

    assert {name for pair in asked for name in pair if name} | {look.icon for look in LOOKS.values()} <= drawn
