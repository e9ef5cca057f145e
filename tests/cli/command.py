"""Running `allegiance` as its users do, on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from events.stores import Store, connect
from service.cli import main
from service.settings import SETTINGS

PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "seeds" / "libya.ndjson"
PROGRAM = (sys.executable, "-c", "from service.cli import main; main()")

_UNSET = {name: None for setting in SETTINGS for name in setting.names} | {"NO_COLOR": None}


class Command:
    """`allegiance` on the database in a directory; called with the words that follow it."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "allegiance.db"
        self.url = f"sqlite:///{self.path}"
        self.environment: dict[str, str] = {}
        self.key = directory / "signing.key"
        self.outside = directory / "allegiance.db-checkpoints"

    def __call__(self, *words: object, text: str | bytes | None = None, **environment: str) -> Result:
        """The result, whatever the exit code; an exception that is no exit fails the test."""
        env = {**_UNSET, "ALLEGIANCE_DATABASE": self.url, "COLUMNS": "100", **self.environment, **environment}
        result = CliRunner(env=env).invoke(main, [str(word) for word in words], input=text)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def out(self, *words: object, **more: Any) -> str:
        """What it prints when all is well."""
        result = self(*words, **more)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: object, **more: Any) -> Any:
        """What it answers with --json."""
        return json.loads(self.out(*words, "--json", **more))

    def error(self, code: int, *words: object, **more: Any) -> str:
        """What it says on stderr when it ends with an exit code of failure; nothing is on stdout."""
        result = self(*words, **more)
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        assert "Traceback" not in result.stderr
        return result.stderr

    def ingest(self, *lines: dict[str, Any], timeline: str = "libya") -> str:
        """Append lines from stdin."""
        return self.out("ingest", timeline, "-", text=ndjson(*lines))

    def process(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        """The same in a process of its own, its streams piped."""
        env = {**os.environ, "ALLEGIANCE_DATABASE": self.url, **environment}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            (*PROGRAM, *words), env=env, cwd=PROJECT, stdin=pipe, stdout=pipe, stderr=pipe
        )

    def store(self) -> Store:
        """The store that it works on."""
        return connect(self.url)


def ndjson(*lines: dict[str, Any]) -> str:
    """Values as lines."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
