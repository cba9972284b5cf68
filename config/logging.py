"""Log lines: one event a line, as JSON or for a terminal, with the request's id, never a secret.

Django's, the libraries' and our own loggers all go through the same processors, so that what is
taken out is taken out everywhere.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

REDACTED = "[redacted]"

# By the name of a key, wherever it stands: in a line's own fields or inside what they hold.
SECRET_KEY_NAME = re.compile(
    r"passw(or)?d|passphrase|secret|token|authori[sz]ation|cookie|credential|api[-_]?key|"
    r"private[-_]?key|encryption[-_]?key|session[-_]?(id|key)|signature|csrf|database_url|"
    r"database_app_url|email_url|^jwt$|^pat$|^dsn$",
    re.IGNORECASE,
)
# By its form, inside any text: our tokens, JWTs, the credentials of a header, and passwords in
# addresses or connection strings.
SECRET_TEXT = re.compile(
    r"(?P<token>taskly_[a-z]{2,8}_[A-Za-z0-9_-]{8,})"
    r"|(?P<jwt>eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)"
    r"|(?P<scheme>\b(?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{6,}"
    r"|(?P<url>[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s@]+(?=@)"
    r"|(?P<pair>\b(?:password|passwd|secret|token|sessionid|csrftoken)\s*[=:]\s*)[^\s,;&'\"]+",
    re.IGNORECASE,
)
DEPTH = 6


def without_secrets(value: Any, depth: int = DEPTH) -> Any:
    """The same value with secrets replaced, however deep they stand in mappings and lists."""
    if isinstance(value, str):
        return SECRET_TEXT.sub(_keep_what_introduces, value)
    if depth == 0:
        return REDACTED if isinstance(value, Mapping | list | tuple | set) else value
    if isinstance(value, Mapping):
        return {
            key: REDACTED
            if isinstance(key, str) and SECRET_KEY_NAME.search(key) and held
            else without_secrets(held, depth - 1)
            for key, held in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [without_secrets(held, depth - 1) for held in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    return value


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: take secrets out of a line, by key name and by form."""
    cleaned: MutableMapping[str, Any] = without_secrets(dict(event))
    return cleaned


def _keep_what_introduces(found: re.Match[str]) -> str:
    kept = found["scheme"] or found["url"] or found["pair"] or ""
    return f"{kept}{REDACTED}"


def plain_objects(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: leave out what a record carries for Django's own handlers.

    A request would be printed with its address, whose query may hold a token.
    """
    event.pop("request", None)
    return event


def logging_settings(*, level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING for `form` "json" or "console", and structlog set up to match."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Processor
    if form == "json":
        renderer = structlog.processors.JSONRenderer(sort_keys=True)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(), plain_objects],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own set-up would send errors by mail and hide the rest outside DEBUG.
            "django": {"handlers": [], "level": level, "propagate": True},
            # Each 4xx is the client's affair; their lines come with the request's own.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # The pool tells of every request for a connection at INFO: opening and losing one
            # is what matters, and `core.db.watch` tells of that.
            "psycopg.pool": {"level": "WARNING"},
        },
    }
