"""structlog for the whole program: JSON in production, readable in development."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
import structlog

from service.settings import Settings


def set_up_logs(settings: Settings) -> None:
    """One line an event, on standard error, with the time in UTC."""
    production = settings.environment == "production"
    shape: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_as_json)]  # no values of variables
        if production
        else [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        ]
    )
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), *shape],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=production,
    )


def _as_json(line: Any, **_: Any) -> str:
    return msgspec.json.encode(line, enc_hook=repr).decode()
