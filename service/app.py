"""The application: a store, its addresses, and nothing that happens at import."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from events.errors import UnknownError
from events.fields import ID_PATTERN, TIMELINE_PATTERN
from events.stores import Store, connect
from service import (
    access,
    answers,
    changes,
    documentation,
    headers,
    health,
    log,
    openapi,
    pictures,
    problems,
    relations,
    states,
    template,
    things,
    timelines,
    visibility,
)
from service.counter import Counter
from service.current import Site
from service.embed import host, oembed, record, views
from service.pages import builder, entries, explorer, home
from service.pages import changes as changed
from service.settings import Settings

_DOCUMENTED = (
    timelines.blueprint,
    visibility.blueprint,
    states.blueprint,
    changes.blueprint,
    relations.blueprint,
    pictures.blueprint,
    things.events,
    things.actors,
    things.documents,
    log.blueprint,
    template.blueprint,
    views.blueprint,
    oembed.blueprint,
    health.blueprint,
    documentation.description,
)
_PAGES = (
    documentation.pages,
    home.blueprint,
    explorer.blueprint,
    entries.blueprint,
    changed.blueprint,
    builder.blueprint,
    host.blueprint,
)

_NAMES = {"timeline": re.compile(TIMELINE_PATTERN), "id": re.compile(ID_PATTERN)}


def create_app(settings: Settings | None = None, store: Store | None = None) -> Flask:
    """The WSGI application. By default with the settings of the environment, and the store that they name.

    Raises `service.settings.SettingsError`.
    """
    settings = settings or Settings.read()
    store = store or connect(settings.database)
    app = Flask("service")
    app.config.update(openapi.settings(settings.base_url))
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts) or None
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.extensions["allegiance"] = Site(
        settings,
        store,
        states.finished(store, settings.cache_answers),
        record.reader(store),
        views.finished(settings.cache_answers // 8),
        Counter(store.usage),
    )
    app.url_map.merge_slashes = False  # one address for each thing, without redirects
    app.url_value_preprocessor(_check_names)
    app.before_request(access.admit)
    app.after_request(headers.add)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=1, x_host=0)  # type: ignore[method-assign]
    problems.register(app)
    _hang_up(app)
    return app


def _hang_up(app: Flask) -> None:
    api = openapi.ServiceApi(app)
    for blueprint in _DOCUMENTED:
        api.register_blueprint(blueprint)
    for page in _PAGES:
        app.register_blueprint(page)
    app.extensions["allegiance-description"] = cache(
        lambda: answers.encode(openapi.with_access(api.spec.to_dict()))
    )


def _check_names(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """What cannot be a name is not asked of the store: databases differ in what text they take."""
    for name, pattern in _NAMES.items():
        if values and name in values and not pattern.fullmatch(values[name]):
            raise UnknownError(name, values[name])
