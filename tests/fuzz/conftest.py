"""The fixtures of the service's own tests: an application over each store, and a client."""

from tests.service.conftest import app, client, libya, token

__all__ = ["app", "client", "libya", "token"]
