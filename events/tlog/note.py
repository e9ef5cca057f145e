"""Signed notes (c2sp.org/signed-note) with Ed25519: a text that whoever has the verifier key can trust.

A verifier key is text, ``name+hash+key``, to be printed and compared; so is the signer's key,
which Go's sumdb/note package reads too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from events.errors import InvalidError, shorten

NAME_PATTERN = r"[^\s+\x00-\x20\x7f]{1,200}"
MOST_SIGNATURES = 100

_ED25519 = b"\x01"
_KEY_BYTES = 32
_ID_BYTES = 4
_LINE = re.compile(r"— (\S+) (\S+)")
_PRIVATE = "PRIVATE+KEY+"


class NoteError(InvalidError):
    """A note, or a key, that is not well formed or does not stand."""


class Verifier(NamedTuple):
    """A verifier key: who signs, and the public key of 32 bytes."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> Verifier:
        """The verifier key that a text is. Raises NoteError."""
        name, id, key = _key_parts(text.strip(), "verifier")
        verifier = cls(name, key)
        if verifier.id.hex() != id:
            raise NoteError(f"The verifier key of {shorten(name)!r} has another hash than it says.")
        return verifier

    @property
    def id(self) -> bytes:
        """The 4 bytes that a signature names its key by."""
        known = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(known).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as it is printed."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def open(self, note: str) -> str:
        """The text of a note that this key signed. Raises NoteError."""
        text, signatures = parts(note)
        for name, signature in signatures:
            if name == self.name and signature[:_ID_BYTES] == self.id:
                try:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(
                        signature[_ID_BYTES:], text.encode()
                    )
                except InvalidSignature:
                    raise NoteError(f"The signature of {shorten(name)!r} is not good.") from None
                return text
        raise NoteError(f"The key of {shorten(self.name)!r} did not sign this note.")


class Signer:
    """A private key, and the name that it signs for."""

    def __init__(self, name: str, private: bytes) -> None:
        if not re.fullmatch(NAME_PATTERN, name):
            raise NoteError(
                f"{shorten(name)!r} is no name for a key: write it without spaces and plus signs."
            )
        self._private = private
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    @classmethod
    def create(cls, name: str, entropy: Callable[[int], bytes]) -> Signer:
        """A new key."""
        return cls(name, entropy(_KEY_BYTES))

    @classmethod
    def read(cls, text: str) -> Signer:
        """The key that a text is. Raises NoteError, which shows nothing of it."""
        if not text.startswith(_PRIVATE):
            raise NoteError("This is no signing key; 'allegiance key create' makes one.")
        name, id, key = _key_parts(text.strip().removeprefix(_PRIVATE), "signing")
        signer = cls(name, key)
        if signer.verifier.id.hex() != id:
            raise NoteError("The signing key has another hash than it says.")
        return signer

    @property
    def text(self) -> str:
        """The secret, as it is kept."""
        name, id = self.verifier.name, self.verifier.id.hex()
        return f"{_PRIVATE}{name}+{id}+{base64.b64encode(_ED25519 + self._private).decode()}"

    def named(self, name: str) -> Signer:
        """The same key under another name."""
        return Signer(name, self._private)

    def sign(self, text: str) -> str:
        """The note that says `text`, which ends in a newline."""
        signature = base64.b64encode(self.verifier.id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.verifier.name} {signature}\n"


def parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and its signatures as (name, key id and signature); none of them checked.

    Others may have signed beside the log: witnesses do. Raises NoteError.
    """
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not text or not tail.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise NoteError("This is no signed note: a text, an empty line, and lines of signatures.")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"This note has {len(lines)} signatures; {MOST_SIGNATURES} are the limit.")
    return text + "\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NoteError(f"{shorten(line)!r} is no line of a signature.")
    signature = unbase64(found[2])
    if signature is None or len(signature) <= _ID_BYTES:
        raise NoteError(f"{shorten(line)!r} holds no signature.")
    return found[1], signature


def unbase64(text: str) -> bytes | None:
    """The bytes that a text of standard base64 holds, None if it is not written as base64 writes it."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == text else None


def _key_parts(text: str, sort: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    id, _, encoded = rest.partition("+")
    key = unbase64(encoded)
    if (
        not re.fullmatch(NAME_PATTERN, name)
        or key is None
        or key[:1] != _ED25519
        or len(key) != 1 + _KEY_BYTES
    ):
        raise NoteError(f"This is no {sort} key of Ed25519: name+hash+key.")
    return name, id, key[1:]
