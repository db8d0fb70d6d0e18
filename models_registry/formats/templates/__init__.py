"""The sample models that can be deployed without a file."""

from dataops.engine.registry import Registry
from models_registry.formats.templates.base import Progress, Template, Trained, Window
from models_registry.formats.templates.bundled import Diabetes, Wine
from models_registry.formats.templates.flights import ArrivalDelay, FlightDelayed

TEMPLATES: Registry[Template] = Registry("template")
for _template in (FlightDelayed(), ArrivalDelay(), Wine(), Diabetes()):
    TEMPLATES.register(_template)

__all__ = ["TEMPLATES", "Progress", "Template", "Trained", "Window"]
