"""Check this archive, with Python 3.9 or later and nothing else: python3 verify.py

It reads log.ndjson, where each line is the header, the salt and the body of an entry, and looks whether
the bodies are those that the headers name, whether the headers follow one another, and whether all of
them together give the root in checkpoint.json, which is that of a Merkle tree as in RFC 6962. It also
looks whether the files are those of SHA256SUMS. An entry whose body was erased by law has neither salt
nor body, and its header is still held against the root.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root of an RFC 6962 tree: of each full subtree only the hash is kept."""
    subtrees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, found = 1, leaf
        while subtrees and subtrees[-1][0] == size:
            found = hashlib.sha256(b"\x01" + subtrees.pop()[1] + found).digest()
            size *= 2
        subtrees.append((size, found))
    if not subtrees:
        return hashlib.sha256(b"").digest()
    _, found = subtrees.pop()
    while subtrees:
        found = hashlib.sha256(b"\x01" + subtrees.pop()[1] + found).digest()
    return found


def checked_leaves(lines: Iterable[str], timeline: str) -> Iterator[bytes]:
    """The leaf of each line, once it is found to be sound."""
    decoder = json.JSONDecoder()
    for place, line in enumerate(lines, 1):
        # What was hashed are these very characters: they are cut out, not written anew.
        begin = len('{"header":')
        header, end = decoder.raw_decode(line, begin)
        salt, body_begin = decoder.raw_decode(line, end + len(',"salt":'))
        body_begin += len(',"body":')
        body, body_end = decoder.raw_decode(line, body_begin)
        if header["position"] != place or header["timeline"] != timeline:
            raise SystemExit(f"Line {place} of log.ndjson is not entry {place} of {timeline}.")
        if salt is not None:
            salted = bytes.fromhex(salt) + line[body_begin:body_end].encode()
            if hashlib.sha256(salted).hexdigest() != header["body"]:
                raise SystemExit(f"The body of entry {place} is not the one that its header names.")
        elif body is not None:
            raise SystemExit(f"Entry {place} has a body, but no salt to hold it against its header.")
        yield hashlib.sha256(b"\x00" + line[begin:end].encode()).digest()


def main(folder: Path) -> None:
    """Say that all is well, or what is not."""
    checkpoint = json.loads((folder / "checkpoint.json").read_text(encoding="utf-8"))
    with (folder / "log.ndjson").open(encoding="utf-8", newline="\n") as lines:
        leaves = list(checked_leaves(lines, checkpoint["timeline"]))
    if len(leaves) != checkpoint["size"] or root_of(leaves).hex() != checkpoint["root"]:
        raise SystemExit("The log does not give the root in checkpoint.json.")
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        wanted, name = line.split("  ", 1)
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted:
            raise SystemExit(f"{name} is not the file that SHA256SUMS names.")
    sys.stdout.write(
        f"All is well: {len(leaves)} entries of {checkpoint['timeline']}, root {checkpoint['root']}.\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
