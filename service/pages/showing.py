"""How every page for people is shown: its language, its links, and what it may load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from marshmallow import Schema

from events.fields import Choice
from events.moments import parse_at
from service import queries
from service.documentation import page
from service.embed import language
from service.pages.words import NAMES, words

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class PageQuery(Schema):
    """A page in a language."""

    lang = Choice(language.LANGUAGES, load_default="en")


def read(schema: type[Schema]) -> Mapping[str, Any]:
    """The parameters of a page; what a form sends empty counts as left out."""
    given = [pair for pair in request.args.items(multi=True) if pair[1]]
    return queries.read(schema, urlencode(given).encode())


def show(template: str, lang: str, **values: Any) -> Response:
    """A page in a language; its template has `w`, the words, and `to`, which writes links."""
    return page(
        f"pages/{template}",
        POLICY,
        lang=lang,
        w=words(lang),
        dir=language.direction(lang),
        direction=language.direction,
        day=partial(language.day, lang),
        recorded=partial(recorded, lang),
        names=NAMES,
        to=link(lang),
        here=lambda other: f"{request.path}?{urlencode(_but(other))}",
        **values,
    )


def link(lang: str) -> Callable[..., str]:
    """Writes addresses of ours that stay in a language; what is None is left out."""

    def to(path: str, **query: Any) -> str:
        pairs = {**query, "lang": None if lang == "en" else lang}
        written = urlencode({name: value for name, value in pairs.items() if value is not None}, doseq=True)
        return f"{path}?{written}" if written else path

    return to


def recorded(lang: str, instant: str | None) -> str:
    """The day of an instant of the log."""
    return "" if instant is None else language.day(lang, parse_at(instant))


def clock(instant: str) -> str:
    """The minute of an instant of the log, in UTC."""
    return f"{datetime.fromisoformat(instant):%H:%M} UTC"


def _but(lang: str) -> list[tuple[str, str]]:
    """The parameters of this page in another language."""
    return [pair for pair in request.args.items(multi=True) if pair[0] != "lang"] + [("lang", lang)]
