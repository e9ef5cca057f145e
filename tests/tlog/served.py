"""A signed timeline, served over a socket as strangers find it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from werkzeug.serving import make_server

from events.stores import Store
from events.tlog.note import Signer
from service import create_app, signing
from service.settings import Settings
from tests.domain.builders import document, draft

SIGNER = Signer.create("allegiance.example/log", Random(7).randbytes)
TIMELINE = "libya"
VKEY = signing.of_timeline(SIGNER, TIMELINE).verifier.text


def grow(store: Store, count: int) -> None:
    """Append documents in one commit, and sign what the log is then."""
    known = dict(store.timelines()).get(TIMELINE)
    first = known.position if known else 0
    batch = [draft(document(f"d{number}", title=f"ليبيا {number}")) for number in range(first, first + count)]
    store.append(TIMELINE, batch, author="desk", create=True)
    signing.sign(store, SIGNER, TIMELINE)


@contextmanager
def served(store: Store) -> Iterator[str]:
    """The address of a server over a store."""
    server = make_server("127.0.0.1", 0, create_app(Settings(), store), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
