"""What every response carries, whoever made it."""

from __future__ import annotations

from flask import Response, request

from service import access, limits

_PUBLIC_METHODS = ("GET", "HEAD", "OPTIONS")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_EXPOSED = (
    "Allegiance-Erased, ETag, Link, Location, Memento-Datetime, RateLimit, RateLimit-Policy, Retry-After, "
    "X-Request-ID"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Datetime, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def add(response: Response) -> Response:
    """Defences that a page may replace, and leave for every site to read what everybody may read.

    What depended on a token is for whoever sent it: for no cache, and for no other site's pages.
    """
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    limits.add_headers(response)
    if access.token_asked():
        response.vary.add("Authorization")
    if access.token_decided():
        if response.status_code < 400:
            response.headers["Cache-Control"] = "private, no-store"
    elif request.method in _PUBLIC_METHODS:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
