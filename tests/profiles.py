"""How hard Hypothesis tries: as a matter of course, and under `make test-deep`."""

from hypothesis import settings

NORMAL, DEEP = "normal", "deep"


def register() -> None:
    """Make both profiles known and load the normal one; `--hypothesis-profile=deep` loads the other."""
    settings.register_profile(NORMAL, max_examples=100, deadline=None)
    settings.register_profile(DEEP, max_examples=2000, deadline=None)
    settings.load_profile(NORMAL)


def deep() -> bool:
    """Whether tests that take their time are to take it."""
    return settings().max_examples > 100
