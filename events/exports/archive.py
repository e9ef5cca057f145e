"""A timeline as one file to keep and to cite: a .zip with the whole log, what is live, and how to check both.

It has the same bytes for the same timeline and position. So nothing in it is compressed: what a compressor
writes differs from one version to the next. An erasure changes it, by the bodies that are no longer there.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import NamedTuple

from events.codec import thing_of
from events.exports import lines, slides
from events.exports.cells import row
from events.exports.offline import root_of
from events.exports.things import Source
from events.model import Actor, Document, Timeline
from events.strict_json import compact

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a .zip knows no earlier time, and no time belongs in this one
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3

_README = """\
# {title}

The timeline `{timeline}` as it stood at position {position}, which the log learned at {recorded_at}: an
append-only record of dated, sourced events about who stood with or against whom.

| file | what it is |
|---|---|
| log.ndjson | every entry: its header, its salt and its body, so that each can be checked |
| live.ndjson | what is live: actors, documents and events as lines to ingest elsewhere |
| documents.csv, actors.csv | the sources and the actors that are live, as tables |
| timelinejs.json | the events for TimelineJS |
| checkpoint.json | how many entries there are, and the root of the tree over them |
| SHA256SUMS | the hash of each file, but for itself |
| verify.py | checks all of this, with Python alone: `python3 verify.py` |
| CITATION.cff | how to cite it |

In the log an entry is never changed. `correct` says that an earlier one was wrong, `retract` that it
should not stand; what is no longer true is a new event. live.ndjson has the corrections applied and the
retractions left out. Ingested elsewhere it gives the same answers; the log itself, whose times and
authors are those of this record, cannot be said again by anybody else, only checked.

A body of null was erased by law; its header and the tree still hold.

In the tables a cell that would be a formula to a spreadsheet has an apostrophe in front.
"""


class _Sink(io.RawIOBase):
    """What was written since it was last asked. It cannot be gone back in, as a response cannot."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._written += data
        return len(data)

    def take(self) -> bytes:
        """All of it, and nothing of it again."""
        written = bytes(self._written)
        self._written.clear()
        return written


class _File(NamedTuple):
    name: str
    parts: Iterable[bytes]


def parts(source: Source) -> Iterator[bytes]:
    """The .zip, piece by piece."""
    folder = f"{source.wanted.timeline}-{source.wanted.commit.position}"
    sink = _Sink()
    sums = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _files(source):
            hashed = hashlib.sha256()
            with archive.open(_info(f"{folder}/{name}"), "w", force_zip64=True) as file:
                for part in content:
                    hashed.update(part)
                    file.write(part)
                    yield sink.take()
            sums.append(f"{hashed.hexdigest()}  {name}\n")
        with archive.open(_info(f"{folder}/SHA256SUMS"), "w", force_zip64=True) as file:
            file.write("".join(sums).encode())
    yield sink.take()


def _info(path: str) -> zipfile.ZipInfo:
    """A member of the archive with nothing in it that depends on who writes it, or when."""
    info = zipfile.ZipInfo(path, _EARLIEST)
    info.create_system = _UNIX
    info.external_attr = _PLAIN_FILE
    return info


def _files(source: Source) -> Iterator[_File]:
    about = _about(source)
    yield _File("README.md", [_README.format(**about).encode()])
    yield _File("CITATION.cff", [_citation(about, root := _root(source)).encode()])
    yield _File("checkpoint.json", [_checkpoint(source, root).encode()])
    yield _File("log.ndjson", _log(source))
    yield _File("live.ndjson", lines.live_parts(source))
    yield _File("documents.csv", _documents(source))
    yield _File("actors.csv", _actors(source))
    yield _File("timelinejs.json", slides.parts(source))
    yield _File("verify.py", [files("events.exports").joinpath("offline.py").read_bytes()])


def _about(source: Source) -> dict[str, str]:
    timeline, commit = source.wanted.timeline, source.wanted.commit
    described = source.thing("timeline", timeline)
    title = slides.first_of(described.title) if isinstance(described, Timeline) else timeline
    return {
        "title": title,
        "timeline": timeline,
        "position": str(commit.position),
        "recorded_at": commit.recorded_at or "no time: it is empty",
    }


def _root(source: Source) -> str:
    return root_of(leaf for _, leaf, _ in source.proofs()).hex()


def _checkpoint(source: Source, root: str) -> str:
    size = source.wanted.commit.position
    return compact({"timeline": source.wanted.timeline, "size": size, "root": root}) + "\n"


def _citation(about: dict[str, str], root: str) -> str:
    """As the Citation File Format 1.2.0 has it. A string of JSON is one of YAML."""
    version = f"position {about['position']}"
    identified = f"The root of the RFC 6962 tree over the entries up to {version}."
    lines = [
        "cff-version: 1.2.0",
        'message: "Cite the position too: what is known changes as the record grows."',
        "type: dataset",
        f"title: {compact(about['title'])}",
        "authors:",
        f"  - name: {compact('The editors of the timeline ' + about['timeline'])}",
        f"version: {compact(version)}",
        "identifiers:",
        "  - type: other",
        f'    value: "sha256:{root}"',
        f"    description: {compact(identified)}",
    ]
    if about["recorded_at"][0].isdigit():
        lines.append(f'date-released: "{about["recorded_at"][:10]}"')
    return "\n".join(lines) + "\n"


def _log(source: Source) -> Iterator[bytes]:
    """Each entry with what proves it. Header and body stand as the very bytes that were hashed."""
    for entry, (header, _, salt) in zip(source.entries(), source.proofs(), strict=True):
        body = b"null" if entry.body is None else entry.body
        written = b"null" if salt is None else b'"%s"' % salt.hex().encode()
        yield b'{"header":%s,"salt":%s,"body":%s}\n' % (header, written, body)


def _documents(source: Source) -> Iterator[bytes]:
    yield row(("id", "title", "publisher", "published", "url", "archive_url", "sha256"))
    for entry in source.live("document"):
        assert entry.body is not None
        document = thing_of("document", entry.body)
        assert isinstance(document, Document)
        published = document.published.text if document.published else None
        links = (document.url, document.archive_url, document.sha256)
        yield row((entry.id, document.title, document.publisher, published, *links))


def _actors(source: Source) -> Iterator[bytes]:
    yield row(("id", "type", "name", "existed", "codes", "known_as", "coded_as", "succeeds"))
    for entry in source.live("actor"):
        assert entry.body is not None
        actor = thing_of("actor", entry.body)
        assert isinstance(actor, Actor)
        yield row(
            (
                entry.id,
                actor.type,
                actor.name,
                actor.existed.text if actor.existed else None,
                [f"{scheme}:{code}" for scheme, code in (actor.codes or {}).items()],
                [f"{known.name} ({known.during.text})" for known in actor.known_as],
                [f"{coded.scheme}:{coded.code} ({coded.during.text})" for coded in actor.coded_as],
                actor.succeeds,
            )
        )
