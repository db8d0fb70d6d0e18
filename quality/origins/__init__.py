"""Where data comes from, by the key that a source's row stores."""

from dataops.engine.registry import Registry
from quality.origins.base import Fetched, FetchError, Growth, Origin
from quality.origins.matching import PART
from quality.origins.objects import ObjectOrigin
from quality.origins.path import PathOrigin
from quality.origins.sql import SqlOrigin
from quality.origins.upload import UploadOrigin
from quality.origins.url import UrlOrigin

__all__ = ["ORIGINS", "PART", "FetchError", "Fetched", "Growth", "Origin"]

ORIGINS: Registry[Origin] = Registry("kind of source")
ORIGINS.register(UploadOrigin())
ORIGINS.register(PathOrigin())
ORIGINS.register(UrlOrigin())
ORIGINS.register(SqlOrigin())
ORIGINS.register(ObjectOrigin())
