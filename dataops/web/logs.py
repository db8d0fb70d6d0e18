"""Structured logs: the console for people, JSON lines for collectors; secrets never get through."""

import logging.config
import re
from io import StringIO
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from dataops.engine.personal import mask_text

SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "api_key", "dsn")
MASK = "***"
_OUR_OWN = ("timestamp", "level", "logger", "request_id", "task_id")
_TOKEN = re.compile(r"\bdoi_[\w-]{20,}")


def mask_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace every value whose name says that it is a secret, and our tokens wherever they stand."""
    return {key: masked(key, value) for key, value in event.items()}


def masked(name: str, value: Any) -> Any:
    """The value without what its name, or that of a part of it, says is secret, and without our tokens.

    Tokens are looked for in texts too: the address of a feed carries one, and addresses are logged.
    """
    if is_secret(name):
        return MASK
    match value:
        case dict():
            return {key: masked(str(key), part) for key, part in value.items()}
        case list() | tuple():
            return [masked("", part) for part in value]
        case str():
            return _TOKEN.sub(MASK, value)
        case _:
            return value


def mask_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask what looks like personal data in texts: data comes into logs by what errors quote of it."""
    return {
        key: mask_text(value) if isinstance(value, str) and key not in _OUR_OWN else value
        for key, value in event.items()
    }


def _masked_traceback(target: TextIO, exc_info: Any) -> None:
    written = StringIO()
    structlog.dev.plain_traceback(written, exc_info)
    target.write(mask_text(written.getvalue()))


class MaskedArguments(logging.Filter):
    """For lines that another program words: the server's access log, where the address of a feed stands.

    Names are its own, so that only texts need a look; it is taken at every request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict):
            told = record.args.items()
            record.args = {name: _TOKEN.sub(MASK, v) if isinstance(v, str) else v for name, v in told}
        return True


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
            exception_formatter=_masked_traceback,
        )
    )
    final: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        final.append(structlog.processors.format_exc_info)
    final.append(mask_personal)
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [*final, renderer],
            },
            "as written": {"format": "%(message)s"},
        },
        "filters": {"masked": {"()": MaskedArguments}},
        "handlers": {
            "access": {
                "class": "logging.StreamHandler",
                "formatter": "as written",
                "filters": ["masked"],
                "stream": "ext://sys.stdout",
            },
            "stderr": {"class": "logging.StreamHandler", "formatter": "structured"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "django_structlog": {"level": "WARNING"},
            "granian.access": {"handlers": ["access"], "propagate": False},
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
