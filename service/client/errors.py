"""What can come of a request that was not answered as hoped."""

from __future__ import annotations

from service.client.answers import Problem


class ClientError(Exception):
    """The root: `detail` says what went wrong."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnreachableError(ClientError):
    """No answer came, or none that can be understood; an append may or may not have been done.

    Sending the same append again is safe: what is there already is not appended twice.
    """


class ProblemError(ClientError):
    """The service refused. `problem` is its whole answer (RFC 9457), `slug` the kind of error.

    The kinds are the table at the end of docs/http.md. What did not come from the service
    itself, but from something before it, has an empty slug.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem["detail"])
        self.problem = problem
        self.status = problem["status"]
        self.slug = problem["type"].partition("/docs/errors#")[2]
