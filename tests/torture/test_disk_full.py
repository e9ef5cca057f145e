"""A disk that fills up at any moment of an append: nothing is half-written, and reading goes on."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from events.batch import Batch, take_value
from events.errors import FullError
from events.stores.sqlite import SQLiteStore
from events.stores.sqlite import connection as connecting
from events.verify import verify
from service import create_app
from service.settings import Settings
from tests.deploy.serving import Service, service
from tests.domain.builders import actor, document, effect, event
from tests.service.client import BASE, LIBYA, Client, problem

pytestmark = pytest.mark.torture

ASKED = f"{BASE}/state?at=2020-01-01"
PAGE = 4096
BEFORE = 10
OF_A_RECORD = 100


def batch(number: int) -> list[dict[str, Any]]:
    """Twenty lines that make the log, every index and the state longer, one such batch as much as another."""
    one, other = f"one{number}", f"other{number}"
    events = (
        event(f"e{number}.{place}", f"20{10 + place}", effect("holds", one, "fights", other))
        for place in range(18)
    )
    return [actor(one), actor(other), *events]


def shares(points: int) -> Iterator[int]:
    """The points to try on one record after another: as a record grows, so does what an append writes."""
    for first in range(0, points, OF_A_RECORD):
        yield min(OF_A_RECORD, points - first)


def spread(points: int, most: int) -> Iterator[tuple[int, int]]:
    """So many numbers of bytes from 0 to somewhat more than `most`, counted."""
    return ((number, number * (most + most // 2) // points) for number in range(points))


def written(store: SQLiteStore, append: Callable[..., object]) -> int:
    """The most bytes that one of some appends writes to an empty write-ahead log."""
    sizes = []
    for number in range(BEFORE):
        emptied(store)
        append(*batch(-number))
        sizes.append(store.connections.beside("-wal").stat().st_size)
    return max(sizes)


def emptied(store: SQLiteStore) -> None:
    """Bring the write-ahead log to the file, so that what follows is written from its beginning."""
    with store.connections.standing_still() as connection:
        assert connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0


def whole(store: SQLiteStore, head: int) -> None:
    """The log stands there, nothing is above it, and all is well with it."""
    assert store.head("libya").position == head
    above = "select count(*) from entry where position > ?"
    assert store.connections.get().execute(above, (head,)).fetchone() == (0,)
    assert verify(store, "libya", positions=2).faults == []


# On a real disk.


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small filesystem of its own."""
    with mounted(tmp_path / "disk") as place:
        yield place


@contextmanager
def mounted(place: Path) -> Iterator[Path]:
    """A small filesystem there."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a filesystem: no real disk was filled")
    place.mkdir(parents=True)
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place), check=True)
    try:
        yield place
    finally:
        subprocess.run(("umount", "--lazy", place), check=True)


@contextmanager
def filled(disk: Path, free: int) -> Iterator[None]:
    """Leave only so many bytes of a disk free."""
    ballast = disk / "ballast"
    left = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_frsize - free // PAGE * PAGE or PAGE)
    try:
        yield
    finally:
        ballast.unlink()


def test_a_service_whose_disk_is_full_at_any_point_reads_on_and_recovers_by_itself(
    tmp_path: Path, size: Callable[[str], int], tell: Callable[[str], None]
) -> None:
    points = size("points at which the disk is full")
    answers: Counter[int] = Counter()
    for number, share in enumerate(shares(points)):
        folder = tmp_path / str(number)
        with (
            mounted(folder / "disk") as disk,
            service(folder, disk=disk, ALLEGIANCE_DISK_RESERVE="0", WEB_CONCURRENCY="2") as server,
        ):
            most, found = _fill(server, disk, share)
        answers += found
    tell(
        f"disk full at {points} points of an append of {most >> 10} KiB: {answers[507]} × 507, "
        f"{answers[201]} × 201, nothing half-written, nothing lost, 0 reads refused"
    )


def _fill(server: Service, disk: Path, points: int) -> tuple[int, Counter[int]]:
    """Append with the disk full at each point; gives what an append writes, and how they were answered."""
    answers: Counter[int] = Counter()
    for _ in range(8):  # every worker has read: it has its connection
        assert server.get(ASKED).status_code == 200
    most = written(server.store, server.append)
    head = 7 + 20 * BEFORE
    for number, free in spread(points, 2 * most):
        emptied(server.store)
        with filled(disk, free):
            status = server.append(*batch(number + 1)).status_code
            answers[status] += 1
            head += 20 * (status == 201)
            assert server.get(ASKED).json()["position"] == head
        again = server.append(*batch(number + 1))
        assert again.status_code == (201 if status == 507 else 200)
        head += 20 * (status == 507)
        assert server.get(ASKED).json()["position"] == head
    assert set(answers) == {201, 507}
    assert answers[507] > points // 4
    assert server.get("/readyz").status_code == 200
    assert _faults_told(server) == []
    whole(server.store, head)
    return most, answers


def _faults_told(server: Service) -> list[dict[str, Any]]:
    return [line for line in server.log() if line.get("level") in ("error", "critical")]


def test_below_the_mark_writing_stops_and_above_it_goes_on(tmp_path: Path, disk: Path) -> None:
    with service(tmp_path, disk=disk, ALLEGIANCE_DISK_RESERVE=str(4 << 20)) as server:
        with filled(disk, 2 << 20):
            assert server.append(*batch(1)).status_code == 507
            assert server.get("/readyz").status_code == 507
            assert server.get(ASKED).status_code == 200
            assert server.store.head("libya").position == 7
        assert server.append(*batch(1)).status_code == 201
        assert server.get("/readyz").status_code == 200
        whole(server.store, 27)


# Where nobody may mount: files that may not grow.


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client of an application over a SQLite store with the timeline `libya` at position 7."""
    with opened(tmp_path / "record.db") as client:
        yield client


@contextmanager
def opened(path: Path) -> Iterator[Client]:
    """The same over the store there."""
    store = SQLiteStore(path)
    store.initialise()
    client = Client(create_app(Settings(), store), store.tokens.create(("append",), None, "")[1])
    client.store = store  # type: ignore[attr-defined]
    title = {"entity": "timeline", "title": {"en": "Libya"}}
    append(store, [title, *LIBYA], create=True)
    yield client
    store.close()


def append(store: SQLiteStore, lines: list[Any], **how: Any) -> None:
    taken = (take_value(line, "libya", number) for number, line in enumerate(lines, 1))
    Batch("libya", taken).append(store, author="tests", **how)


def pages(store: SQLiteStore) -> int:
    return int(store.connections.get().execute("pragma page_count").fetchone()[0])


@contextmanager
def few_pages(store: SQLiteStore, more: int) -> Iterator[None]:
    """Let the database file grow by so many bytes and no more."""
    connection: sqlite3.Connection = store.connections.get()
    most = f"max_page_count = {pages(store) + more // PAGE}"
    connection.execute(f"pragma {most}")
    settings = connecting._SPARING  # those of the connections that a large batch opens
    connecting._SPARING = (*settings, most)
    try:
        yield
    finally:
        connecting._SPARING = settings
        connection.execute("pragma max_page_count = 4294967294")


@contextmanager
def short_files(store: SQLiteStore, longest: int) -> Iterator[None]:
    """Let no file of this process become longer than so many bytes."""
    emptied(store)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("limit", [few_pages, short_files])
def test_an_append_that_finds_no_room_at_any_point_leaves_nothing(
    tmp_path: Path,
    size: Callable[[str], int],
    tell: Callable[[str], None],
    limit: Callable[[SQLiteStore, int], Any],
) -> None:
    points = size("points at which the disk is full") // 2
    refused = 0
    for number, share in enumerate(shares(points)):
        with opened(tmp_path / f"{number}.db") as client:
            refused += _limited(client, limit, share)
    tell(f"no room at {points} points of an append ({limit.__name__}): {refused} × 507, nothing half-written")


def _limited(client: Client, limit: Callable[[SQLiteStore, int], Any], points: int) -> int:
    """Append with too little room at each point; gives how often that was refused."""
    store: SQLiteStore = client.store  # type: ignore[attr-defined]
    store.connections.long_log_bytes = 1 << 20
    before = pages(store)
    most = written(store, client.append)
    if limit is few_pages:
        most = 2 * (pages(store) - before) // BEFORE * PAGE
    head = client.head()
    refused = 0
    for number, free in spread(points, most):
        with limit(store, free):
            answer = client.append(*batch(number + 2))
            if answer.status_code != 201:
                assert problem(answer, 507)["type"] == "/docs/errors#full"
                refused += 1
                assert client.head() == head
                assert client.get(ASKED).status_code == 200
        assert client.append(*batch(number + 2)).status_code in (200, 201)
        head += 20
        assert client.head() == head
    assert 0 < refused < points
    whole(store, head)
    return refused


@pytest.mark.parametrize("limit", [few_pages, short_files])
def test_a_large_batch_that_finds_no_room_is_cleared_away(
    client: Client, size: Callable[[str], int], limit: Callable[[SQLiteStore, int], Any]
) -> None:
    store: SQLiteStore = client.store  # type: ignore[attr-defined]
    large = [document(f"d{number}", title="A report " * 20) for number in range(2500)]
    refused = 0
    for _, free in spread(max(5, size("points at which the disk is full") // 50), 2 << 20):
        with limit(store, free):
            try:
                append(store, large)
            except FullError:
                refused += 1
            else:
                break
        assert client.head() == 7
        assert client.get(ASKED).status_code == 200
    assert refused
    append(store, [document("afterwards")])
    append(store, large)
    whole(store, 7 + 1 + 2500)
