"""Files in object storage, through fsspec."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from dataops.web import safe_http
from dataops.web.fields import refuse_private
from dataops.web.words import lazy as _
from quality.origins.base import Fetched, FetchError, Progress, refuse_too_large
from quality.origins.matching import MOST_MATCHES, NEWEST, Match, choose, fitting, pick_field

CHUNK_BYTES = 4 * 1024**2
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}
ADDRESS = re.compile(r"([a-z][a-z0-9+]*)://(.+)", re.DOTALL)


class EndpointField(forms.URLField):
    """A server for objects that may be connected to."""

    def validate(self, value: str) -> None:
        super().validate(value)
        refuse_private(urlsplit(value).hostname or "")


class ObjectAddressField(forms.CharField):
    """An address whose protocol is allowed here."""

    def validate(self, value: str) -> None:
        super().validate(value)
        try:
            _protocol(value)
        except FetchError as error:
            raise ValidationError(str(error)) from error


def _secret(label: str, help_text: str) -> dict[str, Any]:
    form = forms.CharField(label=label, required=False, max_length=8000, help_text=help_text)
    return {"secret": True, "field": form}


@dataclass(frozen=True, slots=True)
class ObjectParams:
    address: str = field(
        default="",
        metadata={
            "field": ObjectAddressField(
                label=_("Address or pattern"),
                max_length=1000,
                help_text=_(
                    "Such as s3://bucket/orders/*.parquet; * and ** stand for any name and any depth."
                ),
            )
        },
    )
    pick: str = field(default=NEWEST, metadata={"field": pick_field()})
    endpoint: str = field(
        default="",
        metadata={
            "field": EndpointField(
                label=_("Endpoint"),
                required=False,
                assume_scheme="https",
                help_text=_("Only for S3 services other than Amazon's, such as https://minio.example.com."),
            )
        },
    )
    access_key: str = field(
        default="",
        metadata=_secret("Access key", "Key id (S3) or account name (Azure). Empty: none is sent."),
    )
    secret_key: str = field(
        default="",
        metadata=_secret(
            "Secret key", "Secret access key (S3), account key (Azure) or token (Google Cloud)."
        ),
    )


@dataclass(frozen=True, slots=True)
class ObjectOrigin:
    """Needs the package of the storage: `s3fs`, `gcsfs` or `adlfs`; DATAOPS_OBJECT_PROTOCOLS allows it."""

    key: str = "object"
    label: str = "Object storage"
    params: type[ObjectParams] = ObjectParams
    fetches: bool = True

    def fetch(
        self, config: ObjectParams, *, cursor: Mapping[str, Any], into: Path, progress: Progress
    ) -> Fetched:
        storage = _storage(config)
        try:
            choice = choose(_matches(storage, config.address), pick=config.pick, cursor=cursor)
            if choice.match is None:
                return Fetched(None, cursor=choice.cursor, may_skip=True)
            _download(storage, choice.match, into / "content", progress)
        except FetchError:
            raise
        except Exception as error:  # each storage raises errors of its own libraries
            raise _refused(error, config) from None
        return Fetched(
            into / "content",
            choice.match.name.rsplit("/", 1)[-1],
            choice.cursor,
            choice.more,
            config.pick != NEWEST,
        )

    def look(self, config: ObjectParams) -> str:
        storage = _storage(config)
        try:
            matches = _matches(storage, config.address)
        except Exception as error:  # each storage raises errors of its own libraries
            raise _refused(error, config) from None
        return fitting(matches)


def _protocol(address: str) -> str:
    """Raises FetchError for chained addresses and protocols that are not allowed."""
    parts = ADDRESS.fullmatch(address)
    if parts is None or "::" in address or "\0" in address:
        raise FetchError("give an address such as s3://bucket/path")
    if parts[1] not in settings.OBJECT_PROTOCOLS:
        allowed = ", ".join(settings.OBJECT_PROTOCOLS) or "none"
        raise FetchError(f"{parts[1]}:// is not allowed here; allowed (DATAOPS_OBJECT_PROTOCOLS): {allowed}")
    return parts[1]


def _storage(config: ObjectParams) -> Any:
    protocol = _protocol(config.address)
    if config.endpoint:
        _check_endpoint(config.endpoint)
    package = PACKAGES.get(protocol)
    try:
        if package:
            import_module(package)
        return fsspec.filesystem(protocol, skip_instance_cache=True, **_options(protocol, config))
    except (ImportError, ValueError):
        needed = package or f"the fsspec package of {protocol}"
        raise FetchError(f"{protocol}:// needs {needed}, which is not installed on this server") from None
    except Exception as error:  # wrong credentials, in each library's own words
        raise _refused(error, config) from None


def _check_endpoint(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    try:
        safe_http.checked_address(parts.hostname or "", parts.port or 443)
    except safe_http.OutboundError as error:
        raise FetchError(str(error), transient=error.transient) from None


def _options(protocol: str, config: ObjectParams) -> dict[str, Any]:
    """What each library calls its credentials."""
    if protocol in ("s3", "s3a"):
        named: dict[str, Any] = {"key": config.access_key, "secret": config.secret_key}
        named |= {"endpoint_url": config.endpoint, "anon": not config.access_key}
    elif protocol in ("gs", "gcs"):
        named = {"token": config.secret_key or "anon"}
    elif protocol in ("abfs", "az"):
        named = {"account_name": config.access_key, "account_key": config.secret_key}
    else:
        named = {}
    return {name: value for name, value in named.items() if value}


def _matches(storage: Any, address: str) -> list[Match]:
    _scheme, path = address.split("://", 1)
    found = storage.glob(path, detail=True)
    files = [entry for entry in found.values() if entry.get("type") == "file"]
    return [_match(entry) for entry in files[: MOST_MATCHES + 1]]


def _match(entry: Mapping[str, Any]) -> Match:
    changed = (
        entry.get("LastModified")
        or entry.get("last_modified")
        or entry.get("updated")
        or entry.get("created")
    )
    moment = changed.timestamp() if isinstance(changed, datetime) else 0.0
    size = int(entry.get("size") or 0)
    mark = str(entry.get("ETag") or entry.get("etag") or f"{size}-{changed}")
    return Match(str(entry["name"]), size, moment, mark)


def _download(storage: Any, match: Match, target: Path, progress: Progress) -> None:
    refuse_too_large(match.bytes)
    done = 0
    with storage.open(match.name, "rb") as remote, target.open("wb") as file:
        while chunk := remote.read(CHUNK_BYTES):
            done += len(chunk)
            refuse_too_large(done)
            file.write(chunk)
            progress(min(done / max(match.bytes, 1), 1.0), "fetching")


def _refused(error: Exception, config: ObjectParams) -> FetchError:
    """The words of the library, without what was secret in them."""
    words = f"{type(error).__name__}: {error}"[:400]
    for secret in (config.secret_key, config.access_key):
        if secret:
            words = words.replace(secret, "***")
    return FetchError(f"the storage did not answer as expected: {words}", transient=True)
