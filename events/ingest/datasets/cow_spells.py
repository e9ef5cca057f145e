"""A membership in the Correlates of War alliances, as a value and as lines of the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from events.dates import parse
from events.days import day_of
from events.errors import InvalidError
from events.ingest.datasets.rows import Row
from events.ingest.datasets.values import date_of, tidy

DOCUMENT = {
    "entity": "document",
    "id": "cow-alliances-4.1",
    "title": "Correlates of War Formal Alliances, version 4.1",
    "publisher": "Correlates of War Project",
    "url": "https://correlatesofwar.org/data-sets/formal-alliances/",
}
LAST_DAY = "2012-12-31"
"""The last day that the data set describes."""

PLEDGES = ("defense", "neutrality", "nonaggression", "entente")


@dataclass(slots=True)
class Spell:
    """One membership of one state in one alliance, from its date columns.

    Dates are EDTF, empty if there is none. `number` is the line it first stands on, `years` the
    years of the yearly file, each with its line, `faults` what is odd about it on its own.
    """

    number: int
    alliance: int
    state: int
    name: str
    start: str
    end: str
    left_censored: bool
    pledges: str
    existed: tuple[str, str]
    faults: list[str]
    years: dict[int, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int, str, str]:
        """What makes it another membership: who, in what, from when, until when."""
        return self.alliance, self.state, self.start, self.end

    @property
    def first(self) -> int:
        """Its first possible day."""
        return parse(self.start).first

    @property
    def last(self) -> int:
        """Its last possible day."""
        last = parse(self.end or LAST_DAY).f
        assert last is not None
        return last

    @property
    def backwards(self) -> bool:
        """Whether it ends before it can have begun."""
        return self.last < self.first

    @property
    def dates(self) -> str:
        return f"{self.start}/{self.end or '..'}"


def spell_of(row: Row) -> Spell:
    """The membership of one row. InvalidError if a number in it is none, or it has no beginning."""
    alliance, state = row.whole("version4id"), row.whole("ccode")
    start, odd_start = date_of(row, "mem_st_year", "mem_st_month", "mem_st_day")
    end, odd_end = date_of(row, "mem_end_year", "mem_end_month", "mem_end_day")
    for name, found in (("version4id", alliance), ("ccode", state), ("mem_st_year", start)):
        if found is None or found == "":
            detail = f"The column {name} is empty; a membership needs it."
            raise InvalidError(detail, [row.problem(detail, name)])
    assert alliance is not None
    assert state is not None
    faults = [odd for odd in (odd_start, odd_end) if odd]
    if row.flag("right_censor") and end:
        if parse(end).f == day_of(2012, 12, 31):
            end = ""  # the yearly file writes the data set's last year as the end of what goes on
        else:
            faults.append(f"It is right-censored and yet ends in {end}; the end is followed.")
    return Spell(
        number=row.number,
        alliance=alliance,
        state=state,
        name=tidy(row.get("state_name")) or f"State {state}",
        start=start,
        end=end,
        left_censored=row.flag("left_censor"),
        pledges=_pledges(row),
        existed=(
            date_of(row, "all_st_year", "all_st_month", "all_st_day")[0],
            date_of(row, "all_end_year", "all_end_month", "all_end_day")[0],
        ),
        faults=faults,
    )


def _pledges(row: Row) -> str:
    pledged = ", ".join(name for name in PLEDGES if row.flag(name)) or "none coded"
    kind = row.get("ss_type")
    return tidy(f"Pledges: {pledged} ({kind})" if kind else f"Pledges: {pledged}")


def alliance_of(memberships: Sequence[Spell]) -> dict[str, Any]:
    """The actor that is the alliance. An end that a membership outlasts is left out."""
    number = memberships[0].alliance
    start, end = (_common([spell.existed[side] for spell in memberships]) for side in (0, 1))
    if end and outlasting(memberships, end):
        end = ""
    existed = f"{start}/{end or '..'}" if start else f"/{end}" if end else ""
    line = {
        "entity": "actor",
        "id": f"cow-alliance-{number}",
        "type": "alliance",
        "name": f"COW alliance {number}",
        "codes": {"cow-alliance": str(number)},
    }
    return line | ({"existed": existed} if existed else {})


def outlasting(memberships: Sequence[Spell], end: str) -> list[Spell]:
    """The memberships that would be cut by the alliance's own end."""
    date = parse(end)
    assert date.e is not None
    assert date.f is not None
    return [
        spell
        for spell in memberships
        if spell.last > date.f or not spell.end or (parse(spell.end).e or 0) > date.e
    ]


def _common(dates: Sequence[str]) -> str:
    """The one date that all give, or nothing."""
    return dates[0] if len(set(dates)) == 1 else ""


def state_of(memberships: Sequence[Spell]) -> dict[str, Any]:
    """The actor that is the state, with every name the file has for it."""
    latest = max(memberships, key=lambda spell: (spell.last, spell.name))
    line = {
        "entity": "actor",
        "id": f"cow-{latest.state}",
        "type": "state",
        "name": latest.name,
        "codes": {"cow": str(latest.state)},
    }
    others = sorted({spell.name for spell in memberships} - {latest.name})
    return line | ({"aliases": others} if others else {})


def events_of(spell: Spell) -> Iterator[dict[str, Any]]:
    """What the membership says of the relation, as one or two events."""
    if spell.left_censored:
        yield _event(spell, "holds", spell.start, "state_report", "was already a member of")
        if spell.end:
            yield _event(spell, "ends", spell.end, "other", "was last a member of")
    elif spell.end:
        yield _event(spell, "lasts", f"{spell.start}/{spell.end}", "agreement", "was a member of")
    else:
        yield _event(spell, "lasts", f"{spell.start}/..", "agreement", "became a member of")
    if not spell.end:
        yield _event(spell, "holds", LAST_DAY, "state_report", "was still a member of")


def _event(spell: Spell, op: str, date: str, type: str, verb: str) -> dict[str, Any]:
    state, alliance = f"cow-{spell.state}", f"cow-alliance-{spell.alliance}"
    goes_on = date == LAST_DAY and not spell.end
    key = ("cow-alliances", *map(str, spell.key[:3]), spell.end or "on", "still" if goes_on else op)
    effect = {"op": op, "subject": state, "kind": "member_of", "object": alliance, "note": spell.pledges}
    return {
        "id": ":".join(key),
        "type": type,
        "date": date,
        "date_basis": "stated",
        "title": tidy(f"{spell.name} {verb} COW alliance {spell.alliance}"),
        "effects": [effect],
        "sources": [{"document": DOCUMENT["id"]}],
    }
