"""The product's settings over a site map with the empty view, for servers that are measured."""

from dataops.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.empty_view"
