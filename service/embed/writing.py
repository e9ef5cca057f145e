"""What the templates say, in one language: days, names, and the small bar of each row.

`static/embed/page.js` says the same in the same words, so that a page which was redrawn is the page
that the server would have sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from events.days import LAST_DAY, ymd
from events.model import Relation
from events.moments import parse_at
from events.projection import PHASES, Stretch
from events.vocabulary import KINDS
from service.embed import language
from service.embed.compact import labels_of, spoken_by
from service.embed.record import Told
from service.embed.shown import Camp, Moment, Row, Scene, Standing

BAR, LEAST = 1000, 4
"""How wide a row's bar is, and its least part, in thousandths."""

LEAST_WINDOW, MOST_WINDOW = 365, 3650
"""How many days it goes back: to the first beginning, within these."""

MOST_ROWS = 10
MOST_PARTIES = 24
MOST_LABELS = 2


class Part(NamedTuple):
    """A part of a row's bar: where it begins and how wide it is, in per cent, and where it ends."""

    status: str
    left: str
    wide: str
    right: str


class Cell(NamedTuple):
    """How two actors stand: the signs between them, and the best status."""

    sign: str
    word: str
    look: str
    status: str


class Writing:
    """The words of one scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.said = language.words(scene.language)
        self.moments = {moment.id: moment for moment in scene.moments}
        begun = min((standing.told.since[0] for standing in scene.standings), default=scene.at)
        self.window = max(LEAST_WINDOW, min(MOST_WINDOW, scene.at - begun))
        self.stories: dict[Relation, list[Told]] = {}
        for told in scene.told:
            self.stories.setdefault(told.relation, []).append(told)

    def day(self, number: int) -> str:
        return language.day(self.scene.language, number)

    def point(self, bounds: tuple[int, int]) -> str:
        return language.point(self.scene.language, *bounds)

    def kind(self, standing: Standing) -> str:
        return KINDS[standing.relation.kind].label[self.scene.language]

    def when(self, told: Told) -> tuple[str, str | None]:
        """Since when, and the last evidence; in one where both are the same."""
        evidenced = self.point(told.evidenced)
        if told.or_earlier and told.since == told.evidenced:
            return self.said["evidenced_or_earlier"].format(day=evidenced), None
        key = "or_earlier" if told.or_earlier else "since"
        since = self.said[key].format(day=self.point(told.since))
        return since, self.said["evidenced"].format(day=evidenced)

    def name(self, id: str) -> str:
        """A name as part of a sentence of ours: it keeps its direction, and turns nothing beside it."""
        return isolated(self.scene.parties[id].name.text)

    def names(self, ids: Iterable[str]) -> str:
        return self.joined(map(self.name, ids))

    def joined(self, texts: Iterable[str]) -> str:
        """A list in a sentence."""
        return self.said["comma"].join(texts)

    def claimed(self, told: Told) -> str:
        """Whose word alone it is, empty if a source says so itself."""
        if not told.attributed_only:
            return ""
        return self.said["claimed"].format(names=self.names(spoken_by(self._behind(told))))

    def means(self, told: Told) -> str:
        return self.joined(self.said[means] for means in told.means)

    def quoted(self, told: Told) -> Moment:
        """The evidence that a row quotes: the last that is over by the day, else the first that will be."""
        behind = sorted(self._behind(told), key=lambda moment: (moment.last, moment.place))
        return ([moment for moment in behind if moment.last <= self.scene.at] or behind[:1])[-1]

    def sources(self, told: Told, quoted: Moment) -> str:
        """The first sources of a row by name, that of its quote before all, and how many more there are."""
        labels = labels_of([quoted, *self._behind(told)])
        shown = self.joined(isolated(label) for label in labels[:MOST_LABELS])
        more = len(labels) - MOST_LABELS
        return f"{shown} {self.said['and_more'].format(count=more)}" if more > 0 else shown

    def tags(self, row: Row, place: int) -> list[str]:
        """What else a row's actor is to this camp and the others, each once."""
        found = []
        for camp, sign in row.tags:
            if camp == place:
                found.append(self.said["also_with_it" if sign > 0 else "also_against_it"])
            else:
                name = isolated(self.scene.camps[camp].name.text)
                found.append(self.said["also_with"].format(name=name))
        return found

    def rest(self, rows: Sequence[Row]) -> str:
        """The rows that are too many to write out, in a line: who, how, and how sure that is."""
        comma = self.said["comma"]
        said = (
            f"{self.name(row.other)} ({self.kind(row.standing)}{comma}{self.said[row.standing.status]})"
            for row in rows
        )
        return self.said["colon"].join((self.said["and_more"].format(count=len(rows)), self.joined(said)))

    def groups(self, camp: Camp) -> list[tuple[str, str, tuple[Row, ...]]]:
        """The rows of a camp by sign: a class, a word, the rows. Neutral ones only where there are any."""
        found = [("with", "+", camp.friends), ("against", "−", camp.foes)]
        if camp.neutrals:
            found.append(("neutral", "=", camp.neutrals))
        return found

    def elsewhere(self) -> list[tuple[str, str, tuple[Row, ...]]]:
        """What touches no side, by sign; without sides that is everything."""
        found = []
        for look, mark, sign in (("with", "+", 1), ("against", "−", -1), ("neutral", "=", 0)):
            rows = tuple(row for row in self.scene.others if row.standing.sign == sign)
            if rows or (sign and not self.scene.camps):
                found.append((look, mark, rows))
        return found

    def bar(self, told: Told) -> list[Part]:
        """The days up to the one shown, as the statuses of the relation on them; lapsed days are empty."""
        low = self.scene.at - self.window
        found = []
        for story in self.stories[told.relation]:
            for status, first, following in phases(story.stretch):
                if first > self.scene.at or following <= low or status == "lapsed":
                    continue
                left = min(self._edge(first), BAR - LEAST)
                right = max(self._edge(following), left + LEAST)
                found.append(Part(status, per_cent(left), per_cent(right - left), per_cent(right)))
        return found

    def onwards(self, told: Told) -> str | None:
        """Where in a row's bar an arrow points on from the last evidence, if no end is reported."""
        seen = told.evidenced[1]
        if told.until is not None or seen < self.scene.at - self.window:
            return None
        return per_cent(self._edge(min(seen, self.scene.at) + 1))

    def _edge(self, day: int) -> int:
        """Where in a bar a day begins, in thousandths."""
        low, room = self.scene.at - self.window, self.window + 1
        return max(min((day - low) * BAR // room, BAR), 0)

    def scale(self) -> str:
        """From when to when the bars run."""
        return self.said["bars"].format(
            first=self.day(self.scene.at - self.window), last=self.day(self.scene.at)
        )

    def matrix(self) -> tuple[list[str], int, dict[tuple[str, str], Cell]]:
        """Who is in it, how many are left out, and the cell of each two that stand somehow."""
        between: dict[tuple[str, str], list[Standing]] = {}
        counted: dict[str, int] = {id: 0 for camp in self.scene.camps for id in camp.actors}
        for standing in (*self.scene.standings, *self.scene.lapsed):
            one, other = standing.relation.subject, standing.relation.object
            between.setdefault((min(one, other), max(one, other)), []).append(standing)
            for id in (one, other):
                counted[id] = counted.get(id, 0) + 1
        sided = {id for camp in self.scene.camps for id in camp.actors}
        related = [id for id in counted if counted[id]]
        chosen = sorted(related, key=lambda id: (id not in sided, -counted[id], id))[:MOST_PARTIES]
        cells = {}
        for (one, other), standings in between.items():
            cells[one, other] = cells[other, one] = self._cell(standings)
        return chosen, len(related) - len(chosen), cells

    def pair(self, one: str, other: str, cell: Cell) -> str:
        """A cell in words."""
        names = f"{self.scene.parties[one].name.text} – {self.scene.parties[other].name.text}"
        word = cell.word if cell.status == "lapsed" else self.joined((cell.word, self.said[cell.status]))
        return f"{names}{self.said['colon']}{word}"

    def _cell(self, standings: Sequence[Standing]) -> Cell:
        here = [standing for standing in standings if standing.status != "lapsed"]
        if not here:
            return Cell("?", self.said["unknown"], "unknown", "lapsed")
        status = min((standing.status for standing in here), key=("attested", "presumed", "possible").index)
        signs = {standing.sign for standing in here}
        if {1, -1} <= signs:
            return Cell("±", self.said["mixed"], "mixed", status)
        sign = max(signs, key=abs)
        mark, look = {1: ("+", "with"), -1: ("−", "against"), 0: ("=", "neutral")}[sign]
        return Cell(mark, self.said[look], look, status)

    def label(self, told: Told) -> str:
        return KINDS[told.relation.kind].label[self.scene.language]

    def look(self, told: Told) -> str:
        return {1: "with", -1: "against", 0: "neutral"}[KINDS[told.relation.kind].sign]

    def phases(self, told: Told) -> list[tuple[str, int, int | None]]:
        """The statuses of a stretch: the first day of each and the last, None if none comes."""
        return [
            (status, first, None if following > LAST_DAY else following - 1)
            for status, first, following in phases(told.stretch)
        ]

    def run(self, first: int, last: int | None) -> str:
        """Days from one to another, or on and on."""
        if last is None:
            return self.said["from"].format(first=self.day(first))
        if first == last:
            return self.day(first)
        return self.said["from_to"].format(first=self.day(first), last=self.day(last))

    def effect(self, op: str, relation: Relation) -> str:
        """What an event says of a relation, in a sentence."""
        kind = KINDS[relation.kind].label[self.scene.language]
        return f"{self.name(relation.subject)} {kind} {self.name(relation.object)} ({self.said[op]})"

    def notes(self, moment: Moment) -> str:
        """How the date was come by and how sure the coding is, where that is not as it should be."""
        keys = [moment.date_basis, moment.confidence]
        return " · ".join(self.said[key] for key in keys if key in ("inferred", "external", "medium", "low"))

    def link(self, url: str | None) -> bool:
        """Whether a reader may follow it: what was once let in is looked at again."""
        return url is not None and url.startswith(("http://", "https://"))

    def year(self, number: int) -> str:
        return language.written_year(self.scene.language, ymd(number)[0])

    def recorded(self) -> str:
        """The day, in UTC, on which the log learned its last entry."""
        when = self.scene.commit.recorded_at
        return self.day(parse_at(when)) if when else ""

    def _behind(self, told: Told) -> list[Moment]:
        return [self.moments[id] for id in told.evidence]


def phases(stretch: Stretch) -> Iterator[tuple[str, int, int]]:
    """The statuses that have any day of a stretch: the first day of each, and the first day after it."""
    starts = (*stretch[1:6], stretch.last + 1)
    for status, (first, following) in zip(PHASES, pairwise(starts), strict=True):
        if first < following:
            yield status, first, following


def per_cent(thousandths: int) -> str:
    """Written as SVG takes it."""
    return f"{thousandths // 10}.{thousandths % 10}%"


def isolated(text: str) -> str:
    """A text in which the words around it are not turned by it, nor it by them."""
    return f"\u2068{text}\u2069"
