"""Correlates of War Formal Alliances 4.1: ``alliance_v4.1_by_member.csv`` and ``…_by_member_yearly.csv``.

Columns: version4id, ccode, state_name, all_st_day, all_st_month, all_st_year, all_end_day, all_end_month,
all_end_year, ss_type, mem_st_day, mem_st_month, mem_st_year, mem_end_day, mem_end_month, mem_end_year,
left_censor, right_censor, defense, neutrality, nonaggression, entente, version; the yearly file has `year`
too.

Maps
- each alliance to an actor ``cow-alliance-N``, which existed from all_st to all_end; the data set gives no
  names;
- each state to an actor ``cow-CCODE``; where its name varies, the latest is the name and the others are
  aliases;
- each membership, from mem_st to mem_end, to `member_of`: `lasts`, to the day where the day is given, to
  the month or year where it is not (blank, 0 or below);
- a left-censored membership, older than the data, to `holds` on its first day, and `ends` if it has an end;
- a right-censored one to `lasts START/..`, and `holds` on the last day of the data, 2012-12-31;
- the pledges (defense, neutrality, nonaggression, entente) and ss_type to the effect's `note`.

Memberships come from the date columns alone. The yearly file repeats each for every year, and some of its
years are wrong: those that lie outside the membership's dates, or are missing inside them, are reported.

Drops the columns `year` and `version`, and a membership that ends before it begins (reported). The file is
small; it is read whole before the first line is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from events.ingest.datasets import cow_checks
from events.ingest.datasets.cow_spells import DOCUMENT, Spell, alliance_of, events_of, spell_of, state_of
from events.ingest.datasets.rows import Row, each, header
from events.ingest.reading import Context, Format, Line

_DATES = ("mem_st_day", "mem_st_month", "mem_st_year", "mem_end_day", "mem_end_month", "mem_end_year")
_NEEDED = frozenset({"version4id", "ccode", "state_name", "left_censor", "right_censor", *_DATES})

Key = tuple[int, int, str, str]


def recognise(head: bytes) -> bool:
    """Whether the header is that of either file."""
    return header(head) >= _NEEDED


def read(stream: Iterable[bytes], context: Context) -> Iterator[Line]:
    """The document, the actors, the memberships, and then what is odd about any of them."""
    spells: dict[Key, Spell] = {}
    odd: list[Line] = []

    def collect(row: Row) -> Iterator[Line]:
        spell = spell_of(row)
        known = spells.setdefault(spell.key, spell)
        odd.extend(cow_checks.repeated(known, spell, row))
        if year := row.whole("year"):
            known.years.setdefault(year, row.number)
        yield from ()

    yield from each(stream, _NEEDED, collect)
    yield Line(1, DOCUMENT)
    kept = [spell for spell in spells.values() if not spell.backwards]
    for spells_of, actor_of in (("alliance", alliance_of), ("state", state_of)):
        for memberships in _grouped(kept, spells_of).values():
            yield Line(memberships[0].number, actor_of(memberships))
    for spell in kept:
        yield from (Line(spell.number, event) for event in events_of(spell))
    for memberships in _grouped(kept, "alliance").values():
        odd.extend(cow_checks.among(memberships))
    for spell in spells.values():
        odd.extend(cow_checks.on_its_own(spell))
    yield from sorted(odd, key=attrgetter("number"))


def _grouped(spells: Iterable[Spell], name: str) -> dict[int, list[Spell]]:
    groups: dict[int, list[Spell]] = {}
    for spell in spells:
        groups.setdefault(getattr(spell, name), []).append(spell)
    return groups


FORMAT = Format(
    name="cow-alliances",
    description="Correlates of War Formal Alliances 4.1, by member or by member and year",
    media_types=(),
    suffixes=(),
    recognise=recognise,
    read=read,
)
