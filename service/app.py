"""The application: a store, its addresses, and nothing that happens at import."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from events.errors import UnknownError
from events.fields import ID_PATTERN, TIMELINE_PATTERN
from events.forks import forks
from events.stores import Store, connect
from service import (
    access,
    answers,
    changes,
    compression,
    documentation,
    examples,
    exports,
    feeds,
    headers,
    health,
    log,
    memberships,
    observing,
    openapi,
    pictures,
    problems,
    proofs,
    relations,
    search,
    states,
    template,
    things,
    timelines,
    tlog,
    visibility,
)
from service.counter import Counter
from service.current import Site
from service.embed import host, oembed, record, views
from service.pages import builder, entries, explorer, home
from service.pages import changes as changed
from service.settings import Settings
from service.waiting import Waiting

_DOCUMENTED = (
    timelines.blueprint,
    visibility.blueprint,
    states.blueprint,
    changes.blueprint,
    relations.blueprint,
    search.blueprint,
    memberships.blueprint,
    pictures.blueprint,
    things.events,
    things.actors,
    things.documents,
    log.blueprint,
    exports.blueprint,
    feeds.blueprint,
    proofs.blueprint,
    tlog.blueprint,
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
    store = store or connect(
        settings.database, settings.outside, settings.disk_reserve, settings.database_replicas
    )
    app = Flask("service")
    app.config.update(openapi.settings(settings.base_url))
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts) or None
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.extensions["allegiance"] = _site(settings, store)
    app.url_map.merge_slashes = False  # one address for each thing, without redirects
    app.url_value_preprocessor(_check_names)
    app.before_request(access.admit)
    app.after_request(headers.add)
    app.after_request(observing.note)
    app.after_request(compression.add)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=1, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = observing.Observer(app.wsgi_app)  # type: ignore[method-assign]
    problems.register(app)
    _hang_up(app)
    for fork in forks(store):
        app.logger.error(fork.detail)
    return app


def _site(settings: Settings, store: Store) -> Site:
    kept = settings.cache_answers
    return Site(
        settings,
        store,
        states.finished(store, kept),
        lru_cache(kept)(compression.pack),
        Waiting(),
        record.reader(store),
        views.finished(kept // 8),
        Counter(store.usage),
    )


def _hang_up(app: Flask) -> None:
    api = openapi.ServiceApi(app)
    for blueprint in _DOCUMENTED:
        api.register_blueprint(blueprint)
    for page in _PAGES:
        app.register_blueprint(page)
    app.extensions["allegiance-description"] = cache(
        lambda: answers.encode(openapi.with_access(examples.complete(api.spec.to_dict())))
    )


def _check_names(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """What cannot be a name is not asked of the store: databases differ in what text they take."""
    for name, pattern in _NAMES.items():
        if values and name in values and not pattern.fullmatch(values[name]):
            raise UnknownError(name, values[name])
