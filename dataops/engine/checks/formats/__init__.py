"""Formats of text values: a pattern in RE2's words, and what no pattern can say."""

from dataops.engine.checks.formats.library import FORMATS, TextFormat

__all__ = ["FORMATS", "TextFormat"]
