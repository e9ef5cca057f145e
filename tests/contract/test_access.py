"""Tokens, visibility, the audit trail and usage: what every store promises of them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from events import codec
from events.errors import ConflictError, UnknownError
from events.stores import Store
from tests.contract.conftest import Clock
from tests.domain.builders import actor

DAY = 24 * 3600.0


@pytest.fixture
def clock() -> Clock:
    """A clock that stands until a test moves it."""
    return Clock()


@pytest.fixture
def store(open_store: Callable[..., Store], clock: Clock) -> Store:
    """An empty store with that clock."""
    return open_store(clock)


def begin(store: Store, timeline: str) -> None:
    store.append(timeline, [codec.record(actor("un"), timeline)], author="tests", create=True)


# Tokens


def test_a_secret_has_256_bits_and_a_prefix_to_find_it_by(store: Store) -> None:
    secrets = [store.tokens.create(("append",))[1] for _ in range(20)]
    assert len(set(secrets)) == 20
    for secret in secrets:
        assert re.fullmatch(r"alg_[A-Za-z0-9_-]{43}", secret)


def test_a_token_is_found_by_its_secret_alone(store: Store) -> None:
    made, secret = store.tokens.create(("append", "correct"), "libya", "the desk", author="Libya desk")
    assert store.tokens.find(secret) == made
    assert (made.scopes, made.timeline, made.note) == (("append", "correct"), "libya", "the desk")
    for other in ("", secret[:-1], f"{secret}x", made.id, secret.upper(), "\ud800"):
        assert store.tokens.find(other) is None


def test_a_token_ends_by_itself(store: Store, clock: Clock) -> None:
    made, secret = store.tokens.create(("append",), days=30)
    clock.move(30 * DAY - 1)
    assert store.tokens.find(secret) == made
    clock.move(1)
    assert store.tokens.find(secret) is None
    assert store.tokens.list() == [made]


def test_a_rotated_token_is_the_same_one_and_its_old_secret_ends_after_the_overlap(
    store: Store, clock: Clock
) -> None:
    made, old = store.tokens.create(("append",), "libya", author="Libya desk")
    clock.move(DAY)
    renewed, new = store.tokens.rotate(made.id, 7)
    assert (renewed.id, renewed.author, renewed.scopes) == (made.id, made.author, made.scopes)
    assert store.tokens.find(old) == store.tokens.find(new) == renewed
    clock.move(7 * DAY)
    assert store.tokens.find(old) is None
    assert store.tokens.find(new) == renewed


def test_without_overlap_the_old_secret_ends_at_once(store: Store) -> None:
    made, old = store.tokens.create(("append",))
    _, new = store.tokens.rotate(made.id, 0)
    assert store.tokens.find(old) is None
    assert store.tokens.find(new) is not None


def test_rotating_again_prolongs_no_old_secret(store: Store, clock: Clock) -> None:
    made, first = store.tokens.create(("append",))
    _, second = store.tokens.rotate(made.id, 1)
    renewed, third = store.tokens.rotate(made.id, 30)  # the clock stands still between the two
    assert renewed.overlap_until is not None
    clock.move(DAY)
    assert [store.tokens.find(secret) is not None for secret in (first, second, third)] == [False, True, True]


def test_a_new_secret_lasts_as_long_as_the_one_before_was_given(store: Store, clock: Clock) -> None:
    made, old = store.tokens.create(("append",), days=10)
    clock.move(9 * DAY)
    _, new = store.tokens.rotate(made.id, 7)
    clock.move(DAY)
    assert store.tokens.find(old) is None  # no overlap goes beyond its own end
    clock.move(8 * DAY)
    assert store.tokens.find(new) is not None
    clock.move(DAY)
    assert store.tokens.find(new) is None
    _, newest = store.tokens.rotate(made.id, 0, days=2)
    assert store.tokens.find(newest) is not None
    clock.move(2 * DAY)
    assert store.tokens.find(newest) is None


def test_revoking_ends_every_secret_and_is_for_ever(store: Store) -> None:
    made, old = store.tokens.create(("append",))
    _, new = store.tokens.rotate(made.id, 7)
    revoked = store.tokens.revoke(made.id)
    assert revoked.revoked_at is not None
    assert store.tokens.revoke(made.id) == revoked
    assert store.tokens.find(old) is store.tokens.find(new) is None
    with pytest.raises(ConflictError):
        store.tokens.rotate(made.id, 7)


def test_authors_are_named_by_their_tokens(store: Store) -> None:
    desk, _ = store.tokens.create(("append",), author="Libya desk")
    store.tokens.create(("append",))
    store.tokens.rotate(desk.id, 0)
    store.tokens.revoke(desk.id)
    assert store.tokens.authors() == {desk.id: "Libya desk"}


def test_a_token_may_have_a_limit_of_its_own(store: Store) -> None:
    made, secret = store.tokens.create(("append",))
    assert store.tokens.limit(made.id, 5).limit == 5
    assert store.tokens.find(secret) == made._replace(limit=5)
    assert store.tokens.limit(made.id, None) == made


@pytest.mark.parametrize("act", ["revoke", "rotate", "limit"])
def test_a_token_that_is_not_there_is_unknown_and_leaves_no_trace(store: Store, act: str) -> None:
    with pytest.raises(UnknownError):
        getattr(store.tokens, act)("t0", *(() if act == "revoke" else (1,)))
    assert store.access.audit() == []


# Who may read


def test_a_timeline_is_public_until_it_is_made_private(store: Store) -> None:
    begin(store, "libya")
    assert store.access.visibility("libya") == "public"
    store.access.set_visibility("libya", "private")
    assert store.access.visibility("libya") == "private"
    assert store.access.private() == {"libya"}
    store.access.set_visibility("libya", "public")
    assert store.access.visibility("libya") == "public"
    assert store.access.private() == frozenset()


def test_a_timeline_can_be_private_from_its_beginning(store: Store) -> None:
    store.access.set_visibility("libya", "private")
    assert store.access.visibility("libya") is None
    begin(store, "libya")
    assert store.access.visibility("libya") == "private"


def test_no_timeline_has_no_visibility(store: Store) -> None:
    assert store.access.visibility("nowhere") is None
    with pytest.raises(UnknownError):
        store.access.set_visibility("nowhere", "public")


# The audit trail


def test_all_administration_is_in_the_audit_trail_in_order(store: Store, clock: Clock) -> None:
    begin(store, "libya")
    made, _ = store.tokens.create(("append",), "libya", by="local:ann")
    clock.move(60)
    store.tokens.rotate(made.id, 7, by="local:bob")
    store.tokens.limit(made.id, 5)
    store.access.set_visibility("libya", "private", "t1")
    store.access.set_visibility("libya", "private", "t1")  # changes nothing
    store.tokens.revoke(made.id)
    store.tokens.revoke(made.id)  # nor does this
    acts = store.access.audit()
    assert [(act.number, act.who, act.action) for act in acts] == [
        (1, "local:ann", "token created"),
        (2, "local:bob", "token rotated"),
        (3, "local", "token limited"),
        (4, "t1", "visibility"),
        (5, "local", "token revoked"),
    ]
    assert acts[0].at < acts[1].at == acts[4].at
    assert acts[0].what["token"] == made.id
    assert acts[3].what == {"timeline": "libya", "visibility": "private"}
    assert store.access.audit(after=2, limit=2) == acts[2:4]


def test_no_secret_is_in_the_audit_trail(store: Store) -> None:
    made, secret = store.tokens.create(("append",))
    _, other = store.tokens.rotate(made.id, 7)
    assert secret not in str(store.access.audit())
    assert other not in str(store.access.audit())


# Usage


def test_no_more_than_the_limit_is_granted_in_a_window(store: Store, clock: Clock) -> None:
    assert store.usage.take("a", 4, 10, 60) == (4, 6, 60.0)
    clock.move(20)
    assert store.usage.take("a", 4, 10, 60) == (4, 2, 40.0)
    assert store.usage.take("b", 4, 10, 60) == (4, 6, 60.0)
    assert store.usage.take("a", 4, 10, 60) == (2, 0, 40.0)
    assert store.usage.take("a", 4, 10, 60) == (0, 0, 40.0)
    clock.move(40)
    assert store.usage.take("a", 4, 10, 60) == (4, 6, 60.0)


def test_a_clock_that_goes_back_locks_nobody_out(store: Store, clock: Clock) -> None:
    store.usage.take("a", 10, 10, 60)
    clock.move(-DAY)
    assert store.usage.take("a", 1, 10, 60) == (1, 9, 60.0)


def test_the_last_use_of_a_token_is_known_to_the_hour(store: Store, clock: Clock) -> None:
    clock.move(90 * 60)
    store.usage.use("t1")
    assert store.usage.last_used() == {"t1": "2026-11-22T19:00:00.000000Z"}
    clock.move(20 * 60)
    store.usage.use("t1")
    assert store.usage.last_used() == {"t1": "2026-11-22T19:00:00.000000Z"}
    clock.move(20 * 60)
    store.usage.use("t1")
    assert store.usage.last_used() == {"t1": "2026-11-22T20:00:00.000000Z"}
