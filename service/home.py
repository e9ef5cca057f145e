"""The front page: which timelines there are, and where to ask about them."""

from __future__ import annotations

from flask import Blueprint, Response

from service.current import store
from service.documentation import page

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show_home() -> Response:
    """The timelines, with links to each."""
    return page("home.html", timelines=store().timelines())
