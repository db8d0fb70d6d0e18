"""How much one request may hold."""

from django.conf import settings

from models_registry.services.errors import NotAccepted


def check_size(count: int, field: str) -> None:
    """Raises NotAccepted, naming the ``field``, where it has no entry or more than a request may have."""
    most = settings.MAX_PREDICT_INSTANCES
    if not count:
        raise NotAccepted(f"{field} is empty; give at least one.", location=field)
    if count > most:
        raise NotAccepted(f"{count:,} {field} at once; send at most {most:,} a request.", location=field)
