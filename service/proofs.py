"""Proofs over the API: that an entry is in the log, and that a log goes on from what it was before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from events import prove
from events.errors import InvalidError, Problem
from service import answers
from service.current import store
from service.parameters import Whole
from service.routes import TIMELINE, reads
from service.schemas.base import Answer

blueprint = Blueprint(
    "proofs", __name__, url_prefix="/v1/timelines/<timeline>/log", description="That nothing was changed."
)


class ProofQuery(Schema):
    """Which entry, in which tree."""

    position = Whole("The position of the entry.", 1, required=True)
    size = Whole("The size of the tree, such as a checkpoint's. By default the whole log.", 1)


class ConsistencyQuery(Schema):
    """Which two trees."""

    first = Whole("The size of the earlier tree.", data_key="from", required=True)
    last = Whole("The size of the later tree. By default the whole log.", data_key="to")


def _hash(description: str, **kwargs: Any) -> Any:
    return fields.String(required=True, metadata={"description": f"{description} In base64."}, **kwargs)


def _hashes(description: str) -> Any:
    return fields.List(fields.String(), required=True, metadata={"description": f"{description} In base64."})


def _size(description: str, **kwargs: Any) -> Any:
    return fields.Integer(required=True, metadata={"description": description, "minimum": 0}, **kwargs)


class ProofSchema(Answer):
    """An entry, and the proof that it is in the tree (RFC 6962, section 2.1.1)."""

    timeline = fields.String(required=True)
    position = _size("The position of the entry; its place in the tree is one less.")
    size = _size("The size of the tree.")
    root = _hash("The root of the tree.")
    header = fields.String(
        required=True, metadata={"description": "What is in the tree: `leaf` is SHA-256(0x00, header)."}
    )
    salt = fields.String(
        required=True, allow_none=True, metadata={"description": "16 bytes in hex; null once erased by law."}
    )
    body = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "As it is kept: SHA-256(salt, body) is the `body` of the header."},
    )
    erased = fields.Integer(metadata={"description": "The position of the entry that erased it by law."})
    leaf = _hash("The leaf of the entry.")
    hashes = _hashes("The proof: from the leaf's neighbour up.")


class ConsistencySchema(Answer):
    """The proof that the later tree begins with the earlier one (RFC 6962, section 2.1.2)."""

    timeline = fields.String(required=True)
    first = _size("The size of the earlier tree.", data_key="from")
    first_root = _hash("Its root.", data_key="from_root")
    last = _size("The size of the later tree.", data_key="to")
    last_root = _hash("Its root.", data_key="to_root")
    hashes = _hashes("The proof.")


@reads(blueprint, "/proof", ProofQuery, ProofSchema, parameters=[TIMELINE])
def show_proof(timeline: str, query: Mapping[str, Any]) -> Response:
    """An entry as it is kept, and the proof that it is in the log's tree."""
    position, size = query["position"], _within(timeline, query["size"])
    if position > size:
        raise _beyond("position", position, size)
    found = prove.inclusion(store(), timeline, position, size)
    # Not kept by caches, however fixed the tree: an erasure by law takes salt and body out of it.
    return answers.tagged(
        answers.etag(timeline, position, size, found["salt"]),
        answers.REVALIDATED,
        lambda: answers.encode(found),
    )


@reads(blueprint, "/consistency", ConsistencyQuery, ConsistencySchema, parameters=[TIMELINE])
def show_consistency(timeline: str, query: Mapping[str, Any]) -> Response:
    """The proof that the log of one size is the beginning of the log of another."""
    first, last = query["first"], _within(timeline, query["last"])
    if first > last:
        raise _beyond("from", first, last)
    return answers.tagged(
        answers.etag(timeline, first, last),
        answers.REVALIDATED if query["last"] is None else answers.FOR_EVER,
        lambda: answers.encode(prove.consistency(store(), timeline, first, last)),
    )


def _within(timeline: str, size: int | None) -> int:
    """A size that the log has reached, by default its own. Raises UnknownError."""
    if size is None:
        return store().head(timeline).position
    store().resolve(timeline, size)
    return size


def _beyond(name: str, value: int, size: int) -> InvalidError:
    detail = f"{name!r}: {value} is beyond the tree, which has {size} entries; write less, or a larger tree."
    return InvalidError(detail, [Problem(detail, field=name, value=str(value))])
