"""What the page's script needs to redraw the state on any day, as small as JSON makes it.

Everything that stays the same from day to day stands in it once: words in tables, days as
differences from one another. `static/embed/state.js` is its reader. Quotes and titles are not in
it: the script asks for those when a reader first wants them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from events.days import LAST_DAY
from events.model import Relation
from events.projection import Stretch
from events.vocabulary import KINDS, MEANS
from service.embed.language import months, words
from service.embed.record import Told
from service.embed.shown import Moment, Scene, Words

_KINDS = tuple(KINDS)
_NO_STRETCH = Stretch(False, 0, 0, 0, 0, 0, 0)
_SCRIPTED = (
    *("comma", "colon", "bce", "between", "attested", "presumed", "possible", "lapsed", "disputed"),
    *("with", "against", "neutral", "mixed", "unknown", "nothing", "others", "relations"),
    *(
        "also_with",
        "also_with_it",
        "also_against_it",
        "since",
        "or_earlier",
        "until",
        "evidenced",
        "evidenced_or_earlier",
    ),
    *("claimed", "and_more", "on_day", "bars", "counts", "write_day", "evidence", "most_related"),
)
"""The words that the script writes."""


class Table:
    """Things that are named by their place in a list."""

    def __init__(self) -> None:
        self.places: dict[Any, int] = {}

    def place(self, thing: Any) -> int:
        return self.places.setdefault(thing, len(self.places))

    def all(self) -> list[Any]:
        return list(self.places)


def compact(scene: Scene) -> dict[str, Any]:
    """The relations of a scene on every day, its sides, and the days to stop at."""
    parties, texts = Table(), Table()
    relations = _relations(scene)
    sides = [
        [camp.number, *camp.name, [parties.place(id) for id in camp.actors if id in scene.parties]]
        for camp in scene.camps
    ]
    flat = [
        [parties.place(relation.subject), _KINDS.index(relation.kind), parties.place(relation.object)]
        for relation in relations
    ]
    narrowed = any(moment.place != place for place, moment in enumerate(scene.moments))
    spells, stretches = _stories(scene, texts)
    return {
        "days": [scene.at, scene.first, scene.last, scene.end],
        "moments": _differences(moment.first for moment in scene.moments),
        "lengths": [moment.last - moment.first for moment in scene.moments],
        "places": _differences(moment.place for moment in scene.moments) if narrowed else None,
        "sides": sides,
        "relations": [number for relation in flat for number in relation],
        "under": {place: relation.under for place, relation in enumerate(relations) if relation.under},
        "spells": spells,
        "stretches": stretches,
        "evidence": _evidence(scene, parties, texts),
        "texts": texts.all(),
        "parties": [[id, *_short(scene.parties[id].name)] for id in parties.all()],
    }


def _relations(scene: Scene) -> list[Relation]:
    return list(dict.fromkeys(told.relation for told in scene.told))


def interface(language: str) -> dict[str, Any]:
    """The words that the script writes, and the kinds of relations, in one language."""
    said = words(language)
    return {
        "lang": language,
        "words": {key: said[key] for key in _SCRIPTED},
        "months": months(language),
        "kinds": [
            [kind.name, kind.sign, int(kind.directed), kind.label[language]] for kind in KINDS.values()
        ],
        "means": [said[means] for means in MEANS],
    }


def _short(words: Words) -> Sequence[str]:
    return words if words.lang else words[:1]


def _differences(numbers: Iterable[int]) -> list[int]:
    """Each number less the one before it."""
    found, before = [], 0
    for number in numbers:
        found.append(number - before)
        before = number
    return found


def _stories(scene: Scene, texts: Table) -> tuple[list[list[Any]], list[list[Any]]]:
    """The spells and the stretches of each, in columns, so that like stands beside like."""
    relations = {relation: place for place, relation in enumerate(_relations(scene))}
    spells = list(dict.fromkeys(told._replace(stretch=_NO_STRETCH) for told in scene.told))
    numbers = {spell: number for number, spell in enumerate(spells)}
    places = {moment.id: moment.place for moment in scene.moments}
    described = [
        (*_spell(scene, spell, relations[spell.relation], texts), _places(scene, spell, places))
        for spell in spells
    ]
    stretches, before, over = [], None, 0
    for told in scene.told:
        spell = numbers[told._replace(stretch=_NO_STRETCH)]
        stretches.append(_stretch(told.stretch, spell, over if spell == before else told.since[0]))
        before, over = spell, told.stretch.last + 1
    columns = _columns(described, 10), _columns(stretches, 8)
    for table in columns:
        table[0] = _differences(table[0])
    return columns


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _spell(scene: Scene, told: Told, relation: int, texts: Table) -> tuple[Any, ...]:
    """What is the same on all days of a spell; its days are counted from its first."""
    (first, begun), evidenced, until = told.since, told.evidenced, told.until
    return (
        relation,
        told.or_earlier | told.attributed_only << 1,
        first - scene.first,
        begun - first,
        _written(told.since_as_written, texts),
        0
        if until is None
        else [evidenced[1] - until[1], until[1] - until[0], _written(told.until_as_written, texts)],
        evidenced[1] - first,
        evidenced[1] - evidenced[0],
        sum(1 << MEANS.index(means) for means in told.means),
    )


def _stretch(stretch: Stretch, spell: int, base: int) -> tuple[int, ...]:
    """Each threshold as days since the last one reached; -1 if it is not, or if the last day never comes.

    The first day is counted from `base`: the day after the stretch before it, or the first of its spell.
    """
    disputed, first, *thresholds, last = stretch
    reached, before = [], first
    for day in thresholds:
        reached.append(-1 if day > last else day - before)
        before = before if day > last else day
    return (spell, int(disputed), first - base, *reached, -1 if last == LAST_DAY else last - before)


def _places(scene: Scene, told: Told, places: dict[str, int]) -> list[int] | int:
    """The places of its evidence, counted from that of the first event that begins no earlier than it."""
    near = bisect_left(scene.moments, told.since[0], key=lambda moment: moment.first)
    base = scene.moments[min(near, len(scene.moments) - 1)].place
    found = _differences(places[id] - base for id in told.evidence)
    return found if len(found) > 1 else found[0]


def _written(text: str | None, texts: Table) -> int:
    return 0 if text is None else texts.place(text) + 1


def _evidence(scene: Scene, parties: Table, texts: Table) -> list[Any]:
    """For each event of the record up to the last that is evidence: its sources, and whose word they are.

    A number is one source with nobody's word; a list is the sources, then a list of those whose word it is.
    """
    wanted = {id for told in scene.told for id in told.evidence}
    found: list[Any] = [0] * (max((moment.place for moment in scene.moments), default=-1) + 1)
    for moment in scene.moments:
        if moment.id in wanted:
            labels = [texts.place(label) + 1 for label in labels_of([moment])]
            names = [parties.place(id) for id in spoken_by([moment])]
            found[moment.place] = labels[0] if len(labels) == 1 and not names else [*labels, names]
    return found


def labels_of(moments: Iterable[Moment]) -> list[str]:
    """The sources of events by a short name, each once."""
    return list(
        dict.fromkeys(source.publisher or source.title for moment in moments for source in moment.sources)
    )


def spoken_by(moments: Iterable[Moment]) -> list[str]:
    """Whose statements the sources of events are, each once."""
    return list(
        dict.fromkeys(id for moment in moments for source in moment.sources for id in source.attributed_to)
    )
