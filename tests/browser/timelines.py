"""Timelines that the browser shows beside Libya's: many events, and texts that mean harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.cli.command import PROJECT
from tests.domain.builders import actor, document, effect

CORPUS: dict[str, list[str]] = json.loads(
    (PROJECT / "tests" / "data" / "hostile.json").read_text(encoding="utf-8")
)

_SIDES = ("north", "south")
_FIRST = date(1990, 1, 1)
_DAYS = 10_000


def description(title: str, *sides: str, **fields: Any) -> dict[str, Any]:
    """A timeline's description of itself, each side being one actor."""
    named = [{"name": {"en": f"The {side}"}, "actors": [side]} for side in sides]
    return {"entity": "timeline", "title": {"en": title}, "sides": named, **fields}


def synthetic(events: int, actors: int = 14) -> Iterator[dict[str, Any]]:
    """So many events over 27 years, each of one relation between a side and somebody else."""
    random = Random(events)
    yield description(f"{events} events", *_SIDES)
    others = [f"country-{number:02}" for number in range(actors - len(_SIDES))]
    yield from (actor(id, name=f"The Government of {id.title()}") for id in (*_SIDES, *others))
    for number in range(20):
        url = f"https://example.org/gazette/{number}"
        yield document(f"gazette-{number}", title=f"Gazette No. {number}", publisher="The Gazette", url=url)
    kinds = ("supports", "opposes", "fights", "recognizes", "party_to_deal_with", "threatens")
    for number in range(events):
        day = _FIRST + timedelta(number * _DAYS // events)
        op = random.choice(("starts", "holds", "holds", "ends"))
        said = effect(op, random.choice(others), random.choice(kinds), random.choice(_SIDES))
        yield {
            "id": f"event-{number:05}",
            "type": "state_report",
            "date": random.choice((f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}")),
            "title": f"{said['subject']} {said['kind']} {said['object']}, it is reported ({op})",
            "effects": [said],
            "sources": [
                {"document": f"gazette-{random.randrange(20)}", "quote": f"A sentence about event {number}."}
            ],
            "date_basis": "stated",
            "confidence": "high",
        }


def hostile() -> Iterator[dict[str, Any]]:
    """Every text of the corpus wherever a text can stand."""
    titles, quotes, urls = CORPUS["titles"], CORPUS["quotes"], CORPUS["urls"]
    sides = [{"name": {"en": text}, "actors": [f"a{n}"]} for n, text in enumerate(titles[:3])]
    named = {"en": titles[0], "ar": titles[21]}
    described = {"en": " ".join(quotes)}
    yield {"entity": "timeline", "title": named, "description": described, "sides": sides}
    for number, text in enumerate(titles):
        yield actor(f"a{number}", name=text, names={"fr": text, "ar": text})
    for number, url in enumerate(urls):
        title = titles[number]
        yield document(f"d{number}", title=title, publisher=titles[-1 - number], url=url, archive_url=url)
    for number, text in enumerate(titles):
        said = effect("starts", f"a{number}", "supports", f"a{number % 3}", note=quotes[number % len(quotes)])
        quote = quotes[number % len(quotes)]
        yield {
            "id": f"e{number}",
            "date": f"2019-{number % 12 + 1:02}",
            "as_written": quote,
            "title": text,
            "names": {"fr": text, "ar": text},
            **({"effects": [said]} if number > 2 else {}),
            "tags": [text[:100]],
            "sources": [{"document": f"d{number % len(urls)}", "quote": quote, "attributed_to": ["a0"]}],
        }
