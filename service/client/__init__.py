"""A client of the service, for Python: typed answers, pages as iterators, and patience with the network.

Importing it loads neither the web framework nor a store.
"""

from service.client.appending import Client
from service.client.errors import ClientError, ProblemError, UnreachableError

__all__ = ["Client", "ClientError", "ProblemError", "UnreachableError"]
