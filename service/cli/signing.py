"""The key, and what is signed with it: what each log was, for everybody to hold on to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click

from events.errors import InvalidError
from events.stores import Store
from events.tlog.note import Signer
from service import signing
from service.cli import output
from service.cli.inputs import NEW_TIMELINE, json_option, with_store
from service.settings import Settings

_POLL_SECONDS = 1


def _path() -> Path:
    settings = Settings.read()
    if not settings.signing_key:
        raise InvalidError("No key is named: set ALLEGIANCE_SIGNING_KEY to its file.")
    return Path(settings.signing_key)


def _key() -> Signer:
    path = _path()
    if not path.exists():
        raise InvalidError(f"There is no key at {path}; 'allegiance key create' makes one.")
    return signing.read_key(path)


@click.group()
def key() -> None:
    """Make the key that checkpoints are signed with, and show what they are verified with.

    ALLEGIANCE_SIGNING_KEY names its file. Nobody but the signer need read it.
    """


@key.command("create")
@click.option(
    "--name",
    help="Whom it signs for: the public address of /log, without its scheme."
    "  [default: from ALLEGIANCE_BASE_URL]",
)
def create_key(name: str | None) -> None:
    """Make the key, in a file that its owner alone may read.

    A key that is there already stays as it is.
    """
    path = _path()
    if path.exists():
        click.echo(f"{path} is there already; nothing was done.")
        return
    settings = Settings.read()
    host = urlsplit(settings.base_url).netloc or f"127.0.0.1:{settings.port}"
    signer = Signer.create(name or f"{host}/log", os.urandom)
    signing.write_key(path, signer)
    click.echo(f"{path} was made. It signs as {signer.verifier.name}/TIMELINE.")
    click.echo("Publish what 'allegiance key show' prints where others can compare it.", err=True)


@key.command("show")
@click.argument("timeline", type=NEW_TIMELINE)
def show_key(timeline: str) -> None:
    """Print the verifier key of a timeline, which is no secret."""
    click.echo(signing.of_timeline(_key(), timeline).verifier.text)


@click.command()
@click.option("--watch", is_flag=True, help="Go on until stopped, and sign whatever is appended.")
@click.option("--parent", type=int, metavar="PID", help="With --watch: stop when this parent process does.")
@json_option
@with_store
def sign(store: Store, watch: bool, parent: int | None, as_json: bool) -> None:
    """Sign what the log of each timeline is now, if that is not signed yet.

    The last of each is kept outside the database too, in ALLEGIANCE_CHECKPOINTS. A log that is not the
    one that was signed before is not signed.
    """
    signer = _key()
    if parent is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    if watch:
        _watch(store, signer, parent)
        return
    made = [(name, signing.sign(store, signer, name)) for name, _ in store.timelines()]
    if as_json:
        items = [{"timeline": name, **signed._asdict()} for name, signed in made if signed]
        output.show_json(output.collection(items))
        return
    for name, signed in made:
        done = f"signed at position {signed.size}" if signed else "nothing is new"
        click.echo(f"{name}: {done}.")


def _watch(store: Store, signer: Signer, parent: int | None) -> None:
    """Sign until stopped, whatever fails meanwhile; what goes on failing is told once."""
    told: list[str] = []
    while parent is None or os.getppid() == parent:
        failures = list(_failures(store, signer))
        if failures and failures != told:
            click.echo("\n".join(failures), err=True)
        told = failures
        time.sleep(_POLL_SECONDS)


def _failures(store: Store, signer: Signer) -> Iterator[str]:
    """Sign what is new of each timeline; gives why it could not. One that fails leaves the others alone."""
    try:
        names = [name for name, _ in store.timelines()]
    except Exception as error:
        yield f"The signer cannot read the timelines: {error}"
        return
    for name in names:
        try:
            signing.sign(store, signer, name)
        except Exception as error:
            yield f"The signer cannot sign {name}: {error}"
