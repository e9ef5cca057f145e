"""What only a request can get wrong, beside the domain's own tree in `events.errors`."""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import AllegianceError, ForkedError


class UnauthorisedError(AllegianceError):
    """No token, or none that is good; `offered` is whether there was one."""

    def __init__(self, detail: str, offered: bool = False) -> None:
        super().__init__(detail)
        self.offered = offered


class ForbiddenError(AllegianceError):
    """A good token, but not for this; `scope` is what it would need."""

    def __init__(self, detail: str, scope: str) -> None:
        super().__init__(detail)
        self.scope = scope


class TooManyError(AllegianceError):
    """A client that has used up what it may ask for; it may again after `retry_after` seconds."""

    def __init__(self, kind: str, limit: int, seconds: int) -> None:
        super().__init__(f"These were {limit} {kind} within a minute, the limit; wait {seconds} s.")
        self.retry_after = seconds


class UnnamedForkError(ForkedError):
    """Some log is not the one that was signed. It may be a private one, which is not named to everybody."""

    def __init__(self) -> None:
        AllegianceError.__init__(
            self, "A log is not the one that was signed; it takes no writes. 'allegiance doctor' says more."
        )


class MediaTypeError(AllegianceError):
    """A body of a type or coding that is not read here; `accepted` are those that are."""

    def __init__(self, detail: str, accepted: Sequence[str]) -> None:
        super().__init__(detail)
        self.accepted = tuple(accepted)


class UnofferedFormatError(AllegianceError):
    """An answer in a format that is not made here."""
