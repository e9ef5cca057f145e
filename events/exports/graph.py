"""The relations of a day as GraphML: actors are nodes, relations are edges, and every attribute has a type.

A graph has one sort of edge for all who read it. So the graph is directed, and a relation without a
direction stands in it twice, once each way, with `directed` false and the same `relation` on both:
whoever counts relations counts those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from events.actors import codes_on
from events.answer import RULES, permalink
from events.days import iso
from events.exports.things import Source
from events.vocabulary import KINDS

_OPENING = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_GRAPH = {
    "timeline": "string", "at": "string", "position": "int", "recorded_at": "string", "rules": "int",
    "permalink": "string",
}  # fmt: skip
_NODE = {"name": "string", "type": "string"}
_EDGE = {
    "relation": "string", "kind": "string", "under": "string", "sign": "int", "directed": "boolean",
    "status": "string", "disputed": "boolean", "attributed_only": "boolean",
    "since_earliest": "string", "since_latest": "string", "since_or_earlier": "boolean",
    "since_as_written": "string", "until_earliest": "string", "until_latest": "string",
    "until_as_written": "string", "last_evidence_earliest": "string", "last_evidence_latest": "string",
    "means": "string", "evidence": "string", "sources": "string",
}  # fmt: skip

Attribute = str | int | bool | None


def parts(source: Source) -> Iterator[bytes]:
    """The document, piece by piece."""
    actors, relations = source.state()
    codes = {id: codes_on(source.actor(id), source.question.at) for id in actors}
    schemes = sorted({scheme for known in codes.values() for scheme in known})
    yield _OPENING.encode()
    nodes = _NODE | {f"code_{scheme}": "string" for scheme in schemes}
    for sort, keys in (("graph", _GRAPH), ("node", nodes), ("edge", _EDGE)):
        yield "".join(_key(sort, name, type) for name, type in keys.items()).encode()
    yield f'<graph id={_quoted(source.wanted.timeline)} edgedefault="directed">\n'.encode()
    yield f"{_data('graph', _about(source))}\n".encode()
    for id, actor in actors.items():
        told = actor | {f"code_{scheme}": code for scheme, code in codes[id].items()}
        yield f"<node id={_quoted(id)}>{_data('node', told)}</node>\n".encode()
    for number, item in enumerate(relations, 1):
        yield from _edges(source, f"r{number}", item)
    yield b"</graph>\n</graphml>\n"


def _about(source: Source) -> dict[str, Attribute]:
    commit = source.wanted.commit
    return {
        "timeline": source.wanted.timeline,
        "at": iso(source.question.at),
        "position": commit.position,
        "recorded_at": commit.recorded_at,
        "rules": RULES,
        "permalink": permalink(source.wanted.timeline, source.question, commit.position),
    }


def _edges(source: Source, id: str, item: Mapping[str, Any]) -> Iterator[bytes]:
    directed = KINDS[item["kind"]].directed
    data = _data("edge", {"relation": id, "directed": directed, **_told(source, item)})
    subject, object = _quoted(item["subject"]), _quoted(item["object"])
    yield f'<edge id="{id}" source={subject} target={object}>{data}</edge>\n'.encode()
    if not directed:
        yield f'<edge id="{id}-back" source={object} target={subject}>{data}</edge>\n'.encode()


def _told(source: Source, item: Mapping[str, Any]) -> dict[str, Attribute]:
    told: dict[str, Attribute] = {
        name: item.get(name) for name in ("kind", "under", "sign", "status", "disputed", "attributed_only")
    }
    for name in ("since", "until", "last_evidence"):
        told |= {f"{name}_{part}": value for part, value in (item[name] or {}).items()}
    told["means"] = "; ".join(item.get("means", ())) or None
    told["evidence"] = "; ".join(item["evidence"])
    told["sources"] = "; ".join(source.documents(item["evidence"]))
    return told


def _key(sort: str, name: str, type: str) -> str:
    return f'<key id="{sort}-{name}" for="{sort}" attr.name="{name}" attr.type="{type}"/>\n'


def _data(sort: str, told: Mapping[str, Attribute]) -> str:
    return "".join(
        f'<data key="{sort}-{name}">{_text(value)}</data>'
        for name, value in told.items()
        if value is not None
    )


def _text(value: Attribute) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A reader of XML takes a bare carriage return for a line break.
    return escape(str(value), {"\r": "&#13;"})


def _quoted(id: str) -> str:
    return quoteattr(id)
