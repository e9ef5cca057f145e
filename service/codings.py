"""What a body is wrapped in: gzip, within bounds, and the digest that says whether it arrived whole."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from typing import Any

from events.errors import TooLargeError, UnreadableError

GZIP = ("gzip", "x-gzip")

_CHUNK_BYTES = 64 * 1024
_MOST_MEMBERS = 1000  # of one gzip file, one after the other
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS
_SHA_256 = re.compile(r"(?:^|,)\s*sha-256\s*=\s*([^,;]*)")


def inflated(body: bytes, most: int) -> bytes:
    """What a gzip body holds.

    Raises TooLargeError as soon as it is more than `most` bytes, UnreadableError if it is broken or cut.
    """
    content = bytearray()
    member, members, full = _member(), 1, False
    for start in range(0, len(body), _CHUNK_BYTES):
        rest = body[start : start + _CHUNK_BYTES]
        while rest or (full and not member.eof):
            if member.eof:
                member, members = _member(), members + 1
                if members > _MOST_MEMBERS:
                    raise UnreadableError(f"The gzip has over {_MOST_MEMBERS} members; compress it as one.")
            try:
                part = member.decompress(rest, _CHUNK_BYTES)
            except zlib.error:
                raise UnreadableError("The body is not sound gzip; compress it and send it again.") from None
            content += part
            if len(content) > most:
                raise TooLargeError(f"The body unpacks to more than {most} bytes; send it in parts.")
            rest = member.unused_data if member.eof else member.unconsumed_tail
            full = len(part) == _CHUNK_BYTES
    if not member.eof:
        raise UnreadableError("The gzip of the body is cut off before its end; send it again.")
    return bytes(content)


def _member() -> Any:
    return zlib.decompressobj(_WITH_GZIP_HEADER)


def check_digest(header: str, said: str, body: bytes) -> None:
    """Hold what was received, as it came, against a digest of RFC 9530.

    Only sha-256 is looked at. Raises UnreadableError if it is malformed or another one.
    """
    found = _SHA_256.search(said)
    if found is None:
        return
    text = found[1].strip()
    try:
        if len(text) < 2 or text[0] != ":" or text[-1] != ":":
            raise ValueError
        declared = base64.b64decode(text[1:-1], validate=True)
    except (ValueError, binascii.Error):
        raise UnreadableError(f"{header} is malformed; write sha-256=:BASE64:.") from None
    actual = hashlib.sha256(body).digest()
    if declared != actual:
        raise UnreadableError(
            f"{header} declares the SHA-256 {declared.hex()[:64]}, and the {len(body)} bytes received have "
            f"{actual.hex()}; send it again."
        )
