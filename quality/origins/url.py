"""A file behind an http or https address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from dataops.web import safe_http
from dataops.web.fields import AddressField
from dataops.web.storage import clean_file_name
from dataops.web.words import lazy as _
from quality.origins.base import Fetched, FetchError, Progress, size_words


class HeaderValueField(forms.CharField):
    """What may follow the colon of a header."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if any(not 32 <= ord(mark) < 127 for mark in value):
            raise ValidationError(_("A header holds printable ASCII characters only."))


@dataclass(frozen=True, slots=True)
class UrlParams:
    url: str = field(
        default="",
        metadata={
            "field": AddressField(
                label=_("Address"),
                max_length=2000,
                help_text=_("Such as https://example.com/orders.csv. It is shown to everybody: no secrets."),
            )
        },
    )
    header: str = field(
        default="Authorization",
        metadata={
            "field": forms.RegexField(
                r"^[A-Za-z][A-Za-z0-9-]{0,60}$",
                label=_("Header name"),
                required=False,
                help_text=_("The header that carries the secret below."),
            )
        },
    )
    secret: str = field(
        default="",
        metadata={
            "secret": True,
            "field": HeaderValueField(
                label=_("Header value"),
                required=False,
                max_length=4000,
                help_text=_("Such as Bearer abc; sent to this address only, and only over the same origin."),
            ),
        },
    )


@dataclass(frozen=True, slots=True)
class UrlOrigin:
    """Downloaded from a web server; what the server calls unchanged is not checked again."""

    key: str = "url"
    label: str = "Web address"
    params: type[UrlParams] = UrlParams
    fetches: bool = True

    def fetch(
        self, config: UrlParams, *, cursor: Mapping[str, Any], into: Path, progress: Progress
    ) -> Fetched:
        headers = _headers(config) | _conditions(cursor)
        try:
            with safe_http.get(config.url, headers=headers, max_bytes=settings.MAX_UPLOAD_BYTES) as answer:
                if answer.status == 304:
                    return Fetched(None, cursor=cursor)
                _write(answer, into / "content", progress)
                return Fetched(into / "content", _name_of(config.url, answer.headers), _noted(answer.headers))
        except safe_http.OutboundError as error:
            raise FetchError(str(error), transient=error.transient) from None

    def look(self, config: UrlParams) -> str:
        try:
            with safe_http.get(
                config.url, headers=_headers(config), max_bytes=settings.MAX_UPLOAD_BYTES
            ) as answer:
                size = answer.headers.get("content-length", "")
                much = size_words(int(size)) if size.isdigit() else "size not told"
                kind = answer.headers.get("content-type", "type not told")
                return f"{urlsplit(config.url).hostname} answered {answer.status}: {kind[:80]}, {much}."
        except safe_http.OutboundError as error:
            raise FetchError(str(error), transient=error.transient) from None


def _headers(config: UrlParams) -> dict[str, str]:
    return {config.header or "Authorization": config.secret} if config.secret else {}


def _conditions(cursor: Mapping[str, Any]) -> dict[str, str]:
    named = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("last_modified")}
    return {name: value for name, value in named.items() if value}


def _noted(headers: Mapping[str, str]) -> dict[str, str]:
    noted = {"etag": headers.get("etag", ""), "last_modified": headers.get("last-modified", "")}
    return {name: value for name, value in noted.items() if value and value.isascii() and len(value) < 500}


def _write(answer: safe_http.Answer, target: Path, progress: Progress) -> None:
    length = answer.headers.get("content-length", "")
    total = int(length) if length.isdigit() else 0
    done = 0
    with target.open("wb") as file:
        for piece in answer.pieces:
            done += len(piece)
            file.write(piece)
            progress(min(done / total, 1.0) if total else 0.5, "fetching")


def _name_of(url: str, headers: Mapping[str, str]) -> str:
    """The file name that the server says, or the last part of the address."""
    told = Message()
    told["Content-Disposition"] = headers.get("content-disposition", "")
    return clean_file_name(told.get_filename() or unquote(urlsplit(url).path) or urlsplit(url).hostname or "")
