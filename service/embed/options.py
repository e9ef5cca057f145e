"""What an address of the embed may ask for, and how such an address is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from marshmallow import Schema, ValidationError, fields

from events.days import iso
from events.errors import InvalidError, Problem, shorten
from events.fields import Choice, Id
from events.model import Side
from events.moments import parse_at
from service.embed.language import LANGUAGES, RIGHT_TO_LEFT
from service.embed.scene import View
from service.parameters import Flag, KnownAtQuery, Moment, Whole, several

VIEWS = ("camps", "matrix", "timeline")
THEMES = ("light", "dark", "auto")
AXES = ("ltr", "rtl")

_PYM = "Taken for pym.js, which adds it."


class Pair(fields.String):
    """Two actors with a comma between them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        one, comma, other = value.partition(",")
        if not comma or one == other:
            raise ValidationError("Write two different actors with a comma between them.")
        read = Id().deserialize
        return read(one), read(other)


class KeptQuery(KnownAtQuery):
    """What stays the same from one view of a page to the next."""

    lang = Choice(LANGUAGES, load_default="en")
    theme = Choice(THEMES, load_default="auto")
    axis = Choice(AXES)
    actor = several(Id(), "Only what touches this actor; repeat it for several.")
    sides = several(
        fields.String(),
        "Only these of the timeline's sides, in this order: their numbers from 1 with commas between "
        "them, or a name in any language; repeat it for several.",
    )
    cited = Whole("The position at which the view was cited: the page says whether it has changed since.")


class EmbedQuery(KeptQuery):
    """One view of a timeline, as a page."""

    at = Moment(parse_at, "The day to show. By default the last day with evidence, and the page says so.")
    view = Choice(VIEWS, load_default="camps")
    between = Pair(metadata={"description": "Only what is between these two actors, as in `haftar,gna`."})
    event = Id()
    # What pym.js adds to every address that it embeds; the page's script reads `childId`, nothing the rest.
    childId = fields.String(metadata={"description": _PYM})
    initialWidth = fields.String(metadata={"description": _PYM})
    parentTitle = fields.String(metadata={"description": _PYM})
    parentUrl = fields.String(metadata={"description": _PYM})


class WordsQuery(KeptQuery):
    """A run of events, as the page lists them."""

    first = Whole("The place of the first, in order of day.", data_key="from", load_default=0)
    live = Flag("write the links of a page that is not pinned.")


class ScriptQuery(Schema):
    """The script in one language; `v` only makes the address another one."""

    lang = Choice(LANGUAGES, load_default="en")
    v = fields.String()


class StyleQuery(Schema):
    """The style; `v` only makes the address another one."""

    v = fields.String()


@dataclass(frozen=True, slots=True)
class Options:
    """The parameters of a page in their normal form."""

    at: int | None = None
    known_at: int | datetime | None = None
    view: str = "camps"
    lang: str = "en"
    theme: str = "auto"
    actors: tuple[str, ...] = ()
    between: tuple[str, str] | None = None
    sides: tuple[str, ...] = ()
    axis: str | None = None
    event: str | None = None
    cited: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Options:
        """The options of an address that `KeptQuery`, or more of it, has read."""
        return cls(
            query.get("at"),
            query["known_at"],
            query.get("view", "camps"),
            query["lang"],
            query["theme"],
            tuple(dict.fromkeys(query["actor"])),
            query.get("between"),
            tuple(query["sides"]),
            query["axis"],
            query.get("event"),
            query["cited"],
        )

    @property
    def leftwards(self) -> bool:
        """Whether time runs from right to left."""
        return (self.axis or ("rtl" if self.lang in RIGHT_TO_LEFT else "ltr")) == "rtl"

    def but(self, **changes: Any) -> Options:
        """The same with other values."""
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """As the query of an address: what moves first, then what stays the same from view to view."""
        moving = {
            "view": None if self.view == "camps" else self.view,
            "between": ",".join(self.between) if self.between else None,
            "event": self.event,
            "at": None if self.at is None else iso(self.at),
        }
        pairs = [(name, value) for name, value in moving.items() if value is not None]
        return urlencode(pairs + self._kept(), safe=":,")

    @property
    def kept(self) -> str:
        """The part of `query` that stays the same, with its ampersand before it."""
        kept = urlencode(self._kept(), safe=":,")
        return f"&{kept}" if kept else ""

    @property
    def fixed(self) -> list[tuple[str, str]]:
        """What a form that asks for another day sends along."""
        moving = [("view", self.view)] if self.view != "camps" else []
        return moving + ([("between", ",".join(self.between))] if self.between else []) + self._kept()

    def _kept(self) -> list[tuple[str, str]]:
        known_at = self.known_at.isoformat() if isinstance(self.known_at, datetime) else self.known_at
        kept = {
            "known_at": None if known_at is None else str(known_at),
            "lang": None if self.lang == "en" else self.lang,
            "theme": None if self.theme == "auto" else self.theme,
            "axis": self.axis,
            "cited": None if self.cited is None else str(self.cited),
        }
        pairs = [(name, value) for name, value in kept.items() if value is not None]
        return pairs + [("actor", id) for id in self.actors] + [("sides", text) for text in self.sides]

    def scope(self, sides: tuple[Side, ...]) -> View:
        """What of the record is asked for. Raises InvalidError for a side that the timeline does not name."""
        chosen = tuple(dict.fromkeys(place for text in self.sides for place in _places(text, sides)))
        return View(self.lang, self.at, self.actors, chosen if self.sides else None, self.between)


def _places(text: str, sides: tuple[Side, ...]) -> list[int]:
    for place, side in enumerate(sides):
        if text.strip().casefold() in (name.casefold() for name in side.name.values()):
            return [place]
    numbers = [part.strip() for part in text.split(",")]
    if all(
        part.isascii() and part.isdecimal() and len(part) < 4 and 1 <= int(part) <= len(sides)
        for part in numbers
    ):
        return [int(part) - 1 for part in numbers]
    named = "; ".join(
        f"{n} {side.name.get('en') or min(side.name.values())}" for n, side in enumerate(sides, 1)
    )
    detail = f"There is no side {shorten(text)!r}; " + (
        f"there is {named}." if named else "this timeline names none."
    )
    raise InvalidError(detail, [Problem(detail, field="sides", value=shorten(text))])
