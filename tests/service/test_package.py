"""What is installed is all that is needed."""

from __future__ import annotations

import configparser
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_everything_beside_the_code_is_installed_with_it() -> None:
    setup = configparser.ConfigParser()
    setup.read(PROJECT / "setup.cfg")
    kept = [
        str(path.relative_to(PROJECT))
        for package in ("events", "service")
        for path in (PROJECT / package).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc") and "_cache" not in str(path)
    ]
    installed = {
        str(path.relative_to(PROJECT))
        for package, patterns in setup["options.package_data"].items()
        for pattern in patterns.split()
        for path in (PROJECT / package).glob(pattern)
    }
    assert set(kept) <= installed
