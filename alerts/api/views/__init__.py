"""Endpoints of this room."""

TAGS = ["alerts"]
