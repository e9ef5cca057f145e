"""The script for pages that embed."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

blueprint = Blueprint("host", __name__)

_A_DAY = 86_400


@blueprint.get("/embed.js")
def show_script() -> Response:
    """Gives embeds their height, and defines `<allegiance-timeline>`."""
    response = current_app.send_static_file("embed.js")
    response.headers["Cache-Control"] = f"public, max-age={_A_DAY}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
