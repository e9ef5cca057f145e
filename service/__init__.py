"""The HTTP service: every answer of `events` over the wire, and nothing that it does not say itself.

`service.client` is its other end. Whoever imports that needs no web framework, so that the
application is loaded only where it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("service.app").create_app
