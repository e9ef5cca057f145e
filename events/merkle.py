"""The bytes that an entry is known by: header, body hash and leaf (RFC 6962).

The header names everything about an entry but its body, of which it holds a
salted hash: the body can be erased by law while every header and leaf stays.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from events.model import Entry
from events.strict_json import compact

HEADER_VERSION = 1
SALT_BYTES = 16


def body_hash(salt: bytes, body: bytes) -> str:
    """Hex SHA-256 of the 16 salt bytes followed by the canonical body."""
    return hashlib.sha256(salt + body).hexdigest()


def header(timeline: str, entry: Entry, salt: bytes) -> bytes:
    """The RFC 8785 JSON of an entry's header. The entry has its body."""
    assert entry.body is not None
    return header_of(timeline, entry, body_hash(salt, entry.body))


def header_of(timeline: str, entry: Entry, hashed: str) -> bytes:
    """The same, from the hash of the body: it is known of a body that was erased, too."""
    stated = entry.position, entry.op, entry.entity, entry.id
    return header_from(timeline, (entry.recorded_at, entry.author), stated, hashed)


def header_from(
    timeline: str, recorded: tuple[str, str], stated: tuple[int, str, str, str], hashed: str
) -> bytes:
    """The same, from plain values: when it was recorded and by whom; position, op, entity and id."""
    recorded_at, author = recorded
    position, op, entity, id = stated
    # Written out, in a tenth of the time: the keys are in order, and an author alone may need escapes.
    return (
        f'{{"author":{_quoted(author)},"body":"{hashed}",'
        f'"entity":"{entity}","id":"{id}","op":"{op}","position":{position},'
        f'"recorded_at":"{recorded_at}","timeline":"{timeline}","v":{HEADER_VERSION}}}'
    ).encode()


_quoted = lru_cache(maxsize=64)(compact)


def leaf(header: bytes) -> bytes:
    """The RFC 6962 leaf hash of an entry: 32 bytes."""
    return hashlib.sha256(b"\x00" + header).digest()
