"""Starting the HTTP service."""

from __future__ import annotations

import os
import sys

import click

from events.stores import Store
from service.cli.inputs import with_store
from service.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@with_store
def serve(store: Store, host: str) -> None:
    """Serve over HTTP until it is stopped.

    PORT names the port (8000), WEB_CONCURRENCY how many processes serve (2).
    """
    store.timelines()  # workers that cannot start would be started again and again
    store.close()
    port = Settings.read().port
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    click.echo(f"Allegiance answers on http://{place} (Ctrl-C stops it).")
    config = ("-c", "python:service.gunicorn_conf", "--bind", place)
    os.execv(sys.executable, (sys.executable, "-m", "gunicorn", *config, "service:create_app()"))
