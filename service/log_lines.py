"""The log of the server: one JSON object on each line, on stderr."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from logging.config import dictConfig
from typing import Any

from gunicorn.glogging import Logger

from events.stores.clock import write_instant
from events.strict_json import compact
from service import observing

_STDERR = 2
_QUOTED = re.compile(r"""(b?['"]).*\1""")


class Lines(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": write_instant(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "request_id": observing.request_id(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _json(line)


def write(line: Mapping[str, object]) -> None:
    """Write a line at once. That it cannot be written must not hinder what it tells of."""
    with suppress(OSError):
        os.write(_STDERR, f"{_json(line)}\n".encode())


def _json(line: Mapping[str, object]) -> str:
    return compact({name: value for name, value in line.items() if value is not None})


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's own log as such lines. Of requests `service.observing` tells."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        dictConfig(_CONFIG)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A warning, without what gunicorn quotes of a request that it could not read, or who sent it."""
        if msg.startswith("Invalid request"):
            msg = "Invalid request: " + _QUOTED.sub("…", msg.partition(": ")[2])
        super().warning(msg, *args, **kwargs)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing more."""


_CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": Lines}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        name: {"level": "INFO", "handlers": [], "propagate": True} for name in ("gunicorn.error", "service")
    },
}
