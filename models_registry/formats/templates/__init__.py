"""The sample models that can be deployed without a file."""

from dataops.engine.registry import Registry
from models_registry.formats.templates.base import Progress, Template, Trained, Window
from models_registry.formats.templates.flights import ArrivalDelay, FlightDelayed

TEMPLATES: Registry[Template] = Registry("template")
TEMPLATES.register(FlightDelayed())
TEMPLATES.register(ArrivalDelay())

__all__ = ["TEMPLATES", "Progress", "Template", "Trained", "Window"]
