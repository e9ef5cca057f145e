"""The archive: whole, citable, the same bytes for ever, and checked offline by nothing but Python."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
import yaml

from events import exports
from events.exports.offline import root_of
from events.stores import Store
from events.stores.memory import MemoryStore
from events.stores.sqlite import SQLiteStore
from tests.contract.conftest import Ticking
from tests.domain.builders import actor, document, draft, effect, event
from tests.exports.record import T, exported, filled

FILES = [
    "README.md", "CITATION.cff", "checkpoint.json", "log.ndjson", "live.ndjson", "documents.csv",
    "actors.csv", "timelinejs.json", "verify.py", "SHA256SUMS",
]  # fmt: skip


def unpacked(text: bytes, folder: Path) -> Path:
    """The one directory of an archive."""
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (inner,) = folder.iterdir()
    return inner


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the archive's own check says, in a Python that has nothing of ours."""
    return subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify.py"], capture_output=True, text=True, check=False
    )


def test_it_has_everything_and_can_be_checked_with_python_alone(record: Store, tmp_path: Path) -> None:
    folder = unpacked(exported(record, "zip"), tmp_path / "out")
    head = record.head(T)
    assert folder.name == f"libya-{head.position}"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    root = root_of(leaf for _, leaf, _ in record.proofs(T)).hex()
    done = verify(folder)
    assert (done.returncode, done.stdout) == (
        0,
        f"All is well: {head.position} entries of libya, root {root}.\n",
    )


def test_the_log_in_it_is_the_log(record: Store, tmp_path: Path) -> None:
    folder = unpacked(exported(record, "zip"), tmp_path / "out")
    lines = [json.loads(line) for line in (folder / "log.ndjson").read_bytes().splitlines()]
    entries = list(record.entries(T))
    assert [line["header"]["id"] for line in lines] == [entry.id for entry in entries]
    for line, entry, proof in zip(lines, entries, record.proofs(T), strict=True):
        assert entry.body is not None
        assert (line["body"], line["salt"]) == (json.loads(entry.body), (proof[2] or b"").hex())
    assert (folder / "live.ndjson").read_bytes() == exported(record, "ndjson")
    assert (folder / "timelinejs.json").read_bytes() == exported(record, "timelinejs.json")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("log.ndjson", b'"op":"retract"', b'"op":"correct"', "does not give the root"),
        ("log.ndjson", b"example.org", b"example.com", "is not the one that its header names"),
        ("log.ndjson", b'"salt":"', b'"salt":"00', "is not the one that its header names"),
        ("log.ndjson", b'"position":3', b'"position":4', "is not entry 3"),
        ("live.ndjson", b"haftar", b"hiftar", "is not the file that SHA256SUMS names"),
        ("checkpoint.json", b'"size":1', b'"size":2', "does not give the root"),
        ("CITATION.cff", b"position 19", b"position 18", "is not the file that SHA256SUMS names"),
    ],
)
def test_a_change_of_anything_is_found(
    record: Store, tmp_path: Path, name: str, old: bytes, new: bytes, told: str
) -> None:
    folder = unpacked(exported(record, "zip"), tmp_path / "out")
    text = (folder / name).read_bytes()
    assert old in text
    (folder / name).write_bytes(text.replace(old, new, 1))
    done = verify(folder)
    assert done.returncode == 1
    assert told in done.stderr


def test_a_missing_entry_is_found(record: Store, tmp_path: Path) -> None:
    folder = unpacked(exported(record, "zip"), tmp_path / "out")
    lines = (folder / "log.ndjson").read_bytes().splitlines(keepends=True)
    (folder / "log.ndjson").write_bytes(b"".join(lines[:-1]))
    assert "does not give the root" in verify(folder).stderr


def test_numbers_are_checked_as_they_stand(store: Store, tmp_path: Path) -> None:
    """RFC 8785 writes some numbers as no other writer does; the check must not write them anew."""
    place = {"type": "Point", "coordinates": [1e-7, 13.0]}
    lines = [document(), actor("a"), event("e", "2000", location=place, title="\U0001f600 ä")]
    store.append(T, [draft(line) for line in lines], author="desk", create=True)
    assert verify(unpacked(exported(store, "zip"), tmp_path / "out")).returncode == 0


GOLDEN = "3f8748ebed432c8d6d44c8fb17249f877214d80cf8dee8aa0115ef991dfa41ca"

Opens = Callable[[Path], Store]
OPENS: dict[str, Opens] = {
    "memory": lambda path: MemoryStore(Ticking(), Random(5).randbytes),
    "sqlite": lambda path: SQLiteStore(path / "one.db", Ticking(), Random(5).randbytes),
}


def test_every_store_gives_the_same_bytes_whatever_came_later(tmp_path: Path) -> None:
    found = []
    for opens in OPENS.values():
        store = opens(tmp_path)
        store.initialise()
        filled(store)
        head = store.head(T).position
        found.append(exported(store, "zip", known_at=head))
        store.append(T, [draft(actor("later"))], author="desk")
        found.append(exported(store, "zip", known_at=head))
        assert exported(store, "zip") != found[-1]
        store.close()
    assert len(set(found)) == 1
    # Other bytes are another file to all who have cited one: they need another `exports.VERSION`.
    assert hashlib.sha256(found[0]).hexdigest() == GOLDEN


def test_nothing_in_it_depends_on_a_compressor_or_a_clock(record: Store) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(record, "zip"))) as archive:
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)


def test_the_checksums_are_those_that_sha256sum_checks(record: Store, tmp_path: Path) -> None:
    folder = unpacked(exported(record, "zip"), tmp_path / "out")
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == FILES[:-1]
    for line in lines:
        wanted, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted


def test_it_says_how_to_cite_it(record: Store, tmp_path: Path) -> None:
    folder = unpacked(exported(record, "zip"), tmp_path / "out")
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    head = record.head(T)
    assert (citation["cff-version"], citation["type"], citation["title"]) == (
        "1.2.0",
        "dataset",
        "Libya & <us>",
    )
    assert citation["authors"] == [{"name": "The editors of the timeline libya"}]
    assert citation["version"] == f"position {head.position}"
    assert citation["date-released"] == (head.recorded_at or "")[:10]
    checkpoint = json.loads((folder / "checkpoint.json").read_text())
    assert citation["identifiers"][0]["value"] == f"sha256:{checkpoint['root']}"
    assert "message" in citation


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\x00" + bytes([number])).digest() for number in range(count)]


@pytest.mark.parametrize("count", range(20))
def test_the_root_is_that_of_rfc_6962(count: int) -> None:
    def plainly(part: list[bytes]) -> bytes:
        if len(part) < 2:
            return part[0] if part else hashlib.sha256(b"").digest()
        half = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + plainly(part[:half]) + plainly(part[half:])).digest()

    assert root_of(leaves(count)) == plainly(leaves(count))


def peak(store: Store, timeline: str, name: str) -> tuple[int, int]:
    """The most memory that an export held, and how many bytes it gave, while nobody kept any of it."""
    format = exports.FORMATS[name]
    wanted = exports.Wanted(timeline, store.head(timeline), years=(2000, 2003))
    tracemalloc.start()
    try:
        given = sum(map(len, exports.parts(store, format, wanted)))
        return tracemalloc.get_traced_memory()[1], given
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with a short log and a long one, with an event for each relation."""
    store = SQLiteStore(tmp_path_factory.mktemp("logs") / "one.db")
    store.initialise()
    for timeline, count in (("short", 2_000), ("long", 12_000)):
        cast = [document(), *(actor(f"a{number}") for number in range(120))]
        told = [
            event(f"e{n}", f"200{n % 4}-0{n % 9 + 1}", effect("holds", f"a{n % 120}", "supports", f"a{to}"))
            for n in range(count)
            for to in [(n % 120 + 1 + n // 120) % 120]
        ]
        store.append(timeline, [draft(line) for line in [*cast, *told]], author="desk", create=True)
    yield store
    store.close()


@pytest.mark.parametrize("name", ["zip", "ndjson", "log.ndjson", "timelinejs.json", "panel.csv"])
def test_an_export_holds_no_more_of_a_long_log_than_of_a_short_one(logs: Store, name: str) -> None:
    peak(logs, "short", name)  # what is loaded once is loaded now
    (short, little), (long, much) = (peak(logs, timeline, name) for timeline in ("short", "long"))
    assert much > 4 * little
    assert long < 1.3 * short
