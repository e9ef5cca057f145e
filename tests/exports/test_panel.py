"""The panel of relations by year, held against the status of each single day."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import count

from hypothesis import given, settings

from events import exports
from events.codec import Draft
from events.days import day_of
from events.replay import live, read, spells_of
from events.status import best_of
from events.stores import Store
from events.vocabulary import KINDS
from tests.contract.random_logs import logs
from tests.exports.record import exported

YEARS = (1999, 2005)
COUNTED = ("attested", "presumed", "possible")

_names = (f"t{number}" for number in count())


def rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def day_by_day(store: Store, timeline: str) -> list[dict[str, str]]:
    """The same panel from the replay, asked for each day."""
    state = live(store.entries(timeline), store.head(timeline).position)
    found = []
    for relation, readings in sorted(read(state).items()):
        spells = spells_of(relation, readings, state.actors())
        for year in range(YEARS[0], YEARS[1] + 1):
            told = [
                best_of(spells, KINDS[relation.kind].horizon, day)
                for day in range(day_of(year, 1, 1), day_of(year, 12, 31) + 1)
            ]
            days = Counter(speaking[1].status for speaking in told if speaking is not None)
            best = next((status for status in COUNTED if days[status]), None)
            if best is None:
                continue
            speaking = [one for one in told if one is not None and one[1].status == best]
            behind = dict.fromkeys(id for spell, _ in speaking for id in spell.events)
            found.append(
                {
                    **relation._asdict(),
                    "year": str(year),
                    "status": best,
                    "disputed": str(any(verdict.disputed for _, verdict in speaking)).lower(),
                    "attributed_only": str(all(spell.attributed_only for spell, _ in speaking)).lower(),
                    **{f"days_{status}": str(days[status]) for status in COUNTED},
                    "evidence": "; ".join(behind),
                }
            )
    return found


def test_a_year_is_what_its_days_are(store: Store) -> None:
    told = 0

    @settings(max_examples=max(8, settings().max_examples // 12))
    @given(logs())
    def check(batches: list[list[Draft]]) -> None:
        nonlocal told
        timeline = next(_names)
        for batch in batches:
            store.append(timeline, batch, author="desk", create=True)
        asked = exports.Wanted(timeline, store.head(timeline), years=YEARS)
        panel = rows(b"".join(exports.parts(store, exports.FORMATS["panel.csv"], asked)))
        assert panel == day_by_day(store, timeline)
        told += len(panel)

    check()
    assert told > 20


def test_the_days_of_a_year_are_told_apart_by_status(record: Store) -> None:
    panel = {
        (cells["kind"], cells["year"]): cells
        for cells in rows(exported(record, "panel.csv", years=(2019, 2022)))
        if cells["kind"] == "fights"
    }
    broke_out = panel["fights", "2019"]
    assert (broke_out["status"], broke_out["days_attested"], broke_out["days_possible"]) == (
        "attested",
        "246",
        "29",
    )
    assert {year: panel["fights", year]["status"] for year in ("2020", "2021")} == {
        "2020": "attested",
        "2021": "presumed",
    }
    assert ("fights", "2022") not in panel


def test_a_year_before_the_common_era_is_numbered_as_a_date_is(record: Store) -> None:
    (cells,) = rows(exported(record, "panel.csv", years=(-43, -43)))
    assert (cells["year"], cells["days_attested"], cells["status"]) == ("-43", "1", "attested")
