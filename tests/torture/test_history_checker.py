"""The checker finds each sort of anomaly where one is planted, and none in a sound history."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.torture.history import Kept, Log, Operation, Said, State, Write, anomalies

AB, BC = ("a", "b"), ("b", "c")
FIRST, SECOND = Said("m1", "e1", AB), Said("m2", "e2", AB)
MOVED, RETRACTED = Said("m3", "e1", BC), Said("m4", "e2", None)
LOG = [Kept(1, "x", FIRST), Kept(2, "x", SECOND), Kept(3, "y", MOVED), Kept(4, "z", RETRACTED)]
BOTH = State(3, 4, "day", None, 2, ((AB, ("e1", "e2")),), b"both")
LATER = State(7, 8, "day", None, 4, ((BC, ("e1",)),), b"later")
HISTORY: list[Operation] = [
    Write(0, 2, (FIRST, SECOND), 2),
    BOTH,
    State(3, 4, "day", 1, 0, (), b"nothing"),  # a position within the first commit
    Write(5, 6, (MOVED,), 3),
    Write(5, 6.5, (RETRACTED,), None),  # sent twice: its position was not told
    LATER,
    State(9, 10, "day", 2, 2, BOTH.evidence, b"both"),
    Log(9, 10, 1, tuple(LOG[1:]), True),
    Log(0.5, 5.5, 0, tuple(LOG[:2]), True),
]

Plant = Callable[[list[Operation], list[Kept]], object]


def swap(history: list[Operation], place: int, **fields: object) -> None:
    history[place] = history[place]._replace(**fields)


PLANTED: dict[str, tuple[Plant, str]] = {
    "an acknowledged event is not in the log": (lambda h, log: log.pop(), "lost"),
    "an event is elsewhere than acknowledged": (lambda h, log: swap(h, 0, position=3), "lost"),
    "an event is there twice": (lambda h, log: log.append(Kept(5, "w", FIRST)), "doubled"),
    "an entry that nobody sent": (lambda h, log: log.append(Kept(5, "w", Said("m9", "e9", AB))), "phantom"),
    "an entry says what was not sent": (
        lambda h, log: log.__setitem__(2, Kept(3, "y", MOVED._replace(about=AB))),
        "phantom",
    ),
    "a position is left out": (lambda h, log: log.__setitem__(3, Kept(5, "z", RETRACTED)), "hole"),
    "a write comes before one that had ended": (
        lambda h, log: (swap(h, 0, began=8, ended=9), swap(h, 3, began=0, ended=1)),
        "reordered",
    ),
    "a read misses an acknowledged write": (lambda h, log: swap(h, 1, began=7, ended=8), "stale"),
    "a read misses what another had seen": (
        lambda h, log: (swap(h, 4, ended=20), swap(h, 5, began=7, ended=8), swap(h, 1, began=9, ended=10)),
        "stale",
    ),
    "a read sees a write before it begins": (lambda h, log: swap(h, 5, began=1, ended=2), "reordered"),
    "a read of the log misses an entry": (
        lambda h, log: swap(h, 7, entries=(LOG[1], LOG[3])),
        "wrong",
    ),
    "a read of the log stops too early": (lambda h, log: swap(h, 7, entries=(LOG[1],)), "stale"),
    "a read shows half of a commit": (lambda h, log: swap(h, 1, position=1), "torn"),
    "a read of the log ends within a commit": (lambda h, log: swap(h, 8, entries=(LOG[0],)), "torn"),
    "an answer lacks an event": (lambda h, log: swap(h, 1, evidence=((AB, ("e1",)),)), "wrong"),
    "an answer forgets a correction": (lambda h, log: swap(h, 5, evidence=((AB, ("e1",)),)), "wrong"),
    "an answer keeps what was retracted": (
        lambda h, log: swap(h, 5, evidence=((AB, ("e2",)), (BC, ("e1",)))),
        "wrong",
    ),
    "a pinned answer is from another position": (lambda h, log: swap(h, 6, known_at=3), "wrong"),
    "the same question has another answer": (lambda h, log: swap(h, 6, body=b"other"), "unrepeatable"),
}


def test_a_sound_history_has_no_anomaly() -> None:
    assert anomalies(HISTORY, LOG) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_anomaly_is_found(planted: str) -> None:
    plant, sort = PLANTED[planted]
    history, log = list(HISTORY), list(LOG)
    plant(history, log)
    found = {anomaly.partition(":")[0] for anomaly in anomalies(history, log)}
    assert sort in found
