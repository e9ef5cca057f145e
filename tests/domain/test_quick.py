"""The quick yes is never wrong, and spares nearly every good line the schemas."""

from __future__ import annotations

import json
from random import Random

import pytest
from marshmallow import ValidationError

from events import quick
from events.schemas import SCHEMAS

ROWS = 100_000

_TEXTS = ("Since April", "منذ أبريل", "x" * 5000, "", " ", "a\x00b", "a\u202eb", "e\u0301", "é", "tab\there")
_IDS = ("gna", "haftar", "a:b.c-d_e", "", ".", "..", "a b", "é", "x" * 128, "x" * 129, "gna\n")
_DATES = (
    "2019", "2019-04", "2019-04-04", "1970/1989", "1949-04-04/..", "/2011", "[1667,1668]", "2019~", "-0044",
    "2021-02-29", "1/2/2019", "2014/", "../..", "{2019,2020}", "٢٠١٩", "2019-13", "", "2019-04-04\n",
)  # fmt: skip
_WORDS = (
    "starts",
    "ends",
    "lasts",
    "holds",
    "fights",
    "allied_with",
    "troops",
    "attack",
    "high",
    "stated",
    "?",
)
_LINKS = (
    "https://example.org/a",
    "http://x",
    "ftp://x",
    "javascript:alert(1)",
    "//x",
    "https://",
    "https://a b",
)
_ODD = (None, True, False, 0, 7, -1, 1.5, 2**53, [], {}, [None], {"a": 1}, "x", ["gna"], [["gna"]])
_ANYTHING = (*_TEXTS, *_IDS, *_DATES, *_WORDS, *_LINKS, *_ODD)

GOOD = (
    {
        "id": "offensive", "type": "attack", "date": "2019-04", "as_written": "Since April", "title": "Élan",
        "names": {"ar": "هجوم"}, "effects": [
            {"op": "starts", "subject": "haftar", "kind": "fights", "object": "gna", "means": ["troops"],
             "under": "a treaty", "note": "as told"}],
        "participants": [{"actor": "gna", "role": "host"}],
        "sources": [{"document": "d1", "quote": "Since April", "offset": 0, "attributed_to": ["gna"]}],
        "date_basis": "stated", "confidence": "high", "tags": ["war"], "location": "Tripoli",
        "media": [{"url": "https://example.org/a.jpg", "caption": "c", "credit": "d", "alt": "e"}],
    },
    {"date": "1970/1989", "effects": [{"op": "lasts", "subject": "a", "kind": "allied_with", "object": "b"}],
     "sources": [{"document": "d1"}], "location": {"type": "Point", "coordinates": [13.2, 32.9]}},
    {"entity": "actor", "id": "haftar", "type": "person", "name": "Khalifa Haftar", "names": {"ar": "حفتر"},
     "aliases": ["Hifter"], "existed": "1943/..", "codes": {"wikidata": "Q1"}, "succeeds": ["gaddafi"]},
    {"entity": "document", "id": "d1", "title": "A report", "publisher": "P", "url": "https://example.org/",
     "archive_url": "https://example.org/b", "published": "[2020-02-22..2020-03]", "sha256": "0" * 64},
    {"entity": "timeline", "title": {"en": "Libya"}, "description": {"en": "Who stood where"},
     "sides": [{"name": {"en": "Tripoli"}, "actors": ["gna"]}]},
)  # fmt: skip
"""A line of each sort, with every field there is."""


def spoilt(random: Random, value):
    """A copy with something else in one or two places: a value, a field that is missing or too many."""
    value = json.loads(json.dumps(value))
    for _ in range(random.randint(1, 2)):
        spot = value
        while True:
            places = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
            if not places:
                break
            place = random.choice(places)
            if isinstance(spot[place], dict | list) and spot[place] and random.random() < 0.7:
                spot = spot[place]
                continue
            if isinstance(spot, dict) and random.random() < 0.15:
                del spot[place]
            elif isinstance(spot, dict) and random.random() < 0.1:
                spot[random.choice(("titel", "quote", "offset", "id", "note"))] = random.choice(_ANYTHING)
            else:
                spot[place] = random.choice(_ANYTHING)
            break
    return value


def test_the_quick_yes_and_the_schemas_agree_on_a_hundred_thousand_rows() -> None:
    random = Random(5)
    schemas = {entity: schema() for entity, schema in SCHEMAS.items()}
    verdicts = {(True, True): 0, (False, True): 0, (False, False): 0, (True, False): 0}
    for number in range(ROWS):
        good = GOOD[number % len(GOOD)]
        value = good if number % 10 == 0 else spoilt(random, good)
        entity = good.get("entity", "event")
        try:
            schemas[entity].load(value)
            stands = True
        except ValidationError:
            stands = False
        said = quick.sound(entity, value)
        assert stands or not said, value
        verdicts[said, stands] += 1
    assert verdicts[True, True] > ROWS / 4
    assert verdicts[False, False] > ROWS / 4
    assert verdicts[False, True] == 0, "what is asked of the schemas in vain"


@pytest.mark.parametrize("line", GOOD)
def test_a_good_line_needs_no_schema(line) -> None:
    assert quick.sound(line.get("entity", "event"), line)
