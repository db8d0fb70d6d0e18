"""The models room for operations staff, by subject: history is read-only, actions go through the services."""

from models_registry.admin import drift, log, registry, versions

__all__ = ["drift", "log", "registry", "versions"]
