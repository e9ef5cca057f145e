"""The HTTP service: every answer of `events` over the wire, and nothing that it does not say itself."""

from service.app import create_app

__all__ = ["create_app"]
