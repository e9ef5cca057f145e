"""Starting the HTTP service."""

from __future__ import annotations

import os
import socket
import subprocess
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

    PORT names the port (8000), WEB_CONCURRENCY how many processes serve (2). With ALLEGIANCE_SIGNING_KEY
    what is appended is signed too, by one more process.
    """
    store.timelines()  # workers that cannot start would be started again and again
    store.close()
    settings = Settings.read()
    port = settings.port
    _require_free(host, port)
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    click.echo(f"Allegiance answers on http://{place} (Ctrl-C stops it).")
    if settings.signing_key:
        _start_signer()
    config = ("-c", "python:service.gunicorn_conf", "--bind", place)
    os.execv(sys.executable, (sys.executable, "-m", "gunicorn", *config, "service:create_app()"))


def _start_signer() -> None:
    """Sign beside the server, for as long as it runs; those who serve are not told of the key."""
    sign = "from service.cli import main; main()"
    subprocess.Popen((sys.executable, "-c", sign, "sign", "--watch", "--parent", str(os.getpid())))
    del os.environ["ALLEGIANCE_SIGNING_KEY"]


def _require_free(host: str, port: int) -> None:
    """Say at once that the port is taken; gunicorn would try again for a while, in silence."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            f"Cannot listen on {host}, port {port}: {reason}. Set PORT to another."
        ) from None
