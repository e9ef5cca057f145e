"""Common membership: what follows from the recorded relations, apart from them and with its rule named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from events import ask, membership
from events.answer import RULES
from events.days import iso
from service import answers, cursors
from service.answers import Asked
from service.current import store
from service.cursors import Place
from service.parameters import MembershipQuery
from service.routes import TIMELINE, reads
from service.schemas.memberships import CommonMembershipsSchema

blueprint = Blueprint(
    "memberships",
    __name__,
    url_prefix="/v1/timelines/<timeline>",
    description="What follows from the record, by a rule that is named.",
)


@reads(blueprint, "/common-membership", MembershipQuery, CommonMembershipsSchema, parameters=[TIMELINE])
def list_common_memberships(timeline: str, query: Mapping[str, Any]) -> Response:
    """The pairs that are members of the same on a day, by what they are members of."""
    asked = answers.asked(timeline, query)
    actors, types = (tuple(sorted(set(query[name]))) for name in ("actor", "type"))
    ask.require_actors(store(), timeline, actors, asked.commit)
    after = query["cursor"] and query["cursor"].key
    question = (query["at"], actors, types, after, query["limit"])
    return answers.read(asked, (membership.RULE, *question), lambda: answers.encode(_page(asked, *question)))


def _page(
    asked: Asked, at: int, actors: tuple[str, ...], types: tuple[str, ...], after: Any, limit: int
) -> dict[str, Any]:
    found = membership.memberships(store(), asked.timeline, at, asked.position, actors, types)
    shown, more = membership.page(found, actors, after, limit)
    named = {id for pair in shown for id in pair.key}
    return {
        "timeline": asked.timeline,
        "at": iso(at),
        "position": asked.position,
        "recorded_at": asked.commit.recorded_at,
        "rules": RULES,
        "rule": membership.RULE,
        "actors": {id: found.names[id] for id in sorted(named)},
        "items": [membership.present(pair) for pair in shown],
        "next": cursors.write(Place(asked.position, shown[-1].key)) if more else None,
    }
