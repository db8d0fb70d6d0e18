"""Structured logs: the console for people, JSON lines for collectors; secrets never get through."""

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "api_key", "dsn")
MASK = "***"
_TOKEN = re.compile(r"\bdoi_[\w-]{20,}")


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace every value whose name says that it is a secret, and our tokens wherever they stand."""
    return {key: MASK if is_secret(key) else _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    """The address of a feed carries its token, and addresses are logged."""
    return _TOKEN.sub(MASK, value) if isinstance(value, str) else value


def is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET_WORDS)


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    mask_secrets,
]


def configure(*, level: str, json: bool) -> None:
    """Send structlog and standard logging through one formatter to standard error."""
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=False,
            pad_event_to=0,
            # The rich one prints local variables: slow, and they may hold secrets.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    final: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        final.append(structlog.processors.format_exc_info)
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [*final, renderer],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "structured"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "django_structlog": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            # One line of a stranger's bad request is enough; as errors they would drown the real ones.
            "django.security": {"level": "CRITICAL"},
            # It writes parts of addresses, which are secrets; what it says goes to the delivery log, masked.
            "apprise": {"handlers": ["nowhere"], "propagate": False},
        },
    }
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
