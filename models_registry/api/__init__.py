"""The API of the registry, under /api/v1/model-monitoring/."""
