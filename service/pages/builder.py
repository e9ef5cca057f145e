"""The embed builder: what readers are to see, a preview, and the codes to paste."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from events.errors import AllegianceError
from events.fields import Choice, Id, Text
from events.moments import parse_at
from service import answers
from service.current import public_root
from service.embed import codes, language, views
from service.embed.options import THEMES, VIEWS, Options
from service.embed.sentence import headline
from service.pages import showing
from service.pages.explorer import about, whole
from service.parameters import several

blueprint = Blueprint("builder", __name__)

MODES = ("live", "pinned")


class BuilderQuery(showing.PageQuery):
    """What the form of the builder sends; `lang` is the language of the form, `language` of the embed."""

    at = Text(80)
    language = Choice(language.LANGUAGES)
    view = Choice(VIEWS, load_default="camps")
    theme = Choice(THEMES, load_default="auto")
    actor = several(Id(), "Only what touches this actor.")
    sides = several(Text(3), "Only these sides, by number.")
    mode = Choice(MODES, load_default="live")


@blueprint.get("/timelines/<timeline>/embed")
def build(timeline: str) -> Response:
    """A form, the view that it describes, and the codes for it. It works without scripts."""
    query = showing.read(BuilderQuery)
    everything = whole(timeline, query["lang"])
    commit, root, wrong = everything.commit, public_root(), None
    try:
        options = _options(query)
        scene = views.look(answers.at(timeline, commit, False), options)
    except AllegianceError as error:
        wrong, options = error.detail, Options(lang=query["language"] or query["lang"])
        scene = views.look(answers.at(timeline, commit, False), options)
    chosen = (codes.pinned if query["mode"] == "pinned" else codes.live)(options, commit.position)
    made = codes.codes(root, timeline, headline(scene), chosen)
    response = showing.show(
        "builder.html",
        query["lang"],
        **about(everything, "embed"),
        asked=query,
        options=options,
        wrong=wrong,
        made=made,
        preview=codes.address("", timeline, chosen),
        views=VIEWS,
        themes=THEMES,
        modes=MODES,
    )
    response.status_code = 422 if wrong else 200
    return response


def _options(query: Mapping[str, Any]) -> Options:
    """The view that is asked for. Raises DateError."""
    return Options(
        at=None if query["at"] is None else parse_at(query["at"]),
        view=query["view"],
        lang=query["language"] or query["lang"],
        theme=query["theme"],
        actors=tuple(dict.fromkeys(query["actor"])),
        sides=(",".join(query["sides"]),) if query["sides"] else (),
    )
