"""The domain has no web framework, no database, no clock and no chance in it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import events

ROOT = Path(events.__file__).parent
DOMAIN = sorted(path for path in ROOT.rglob("*.py") if "stores" not in path.relative_to(ROOT).parts)
FOREIGN = {"flask", "flask_smorest", "werkzeug", "sqlite3", "sqlite_utils", "psycopg"}
CLOCKS_AND_DICE = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("os", "urandom"), ("uuid", "uuid1"), ("uuid", "uuid4"),
}  # fmt: skip
RANDOM_MODULES = {"random", "secrets"}


def module_of(path):
    parts = ["events", *path.relative_to(ROOT).with_suffix("").parts]
    return ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("module", [module_of(path) for path in DOMAIN])
def test_a_domain_module_loads_no_web_framework_and_no_database(module):
    """Imported in a fresh process, where nothing else can have loaded them."""
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert module in loaded
    assert FOREIGN.isdisjoint(loaded)


@pytest.mark.parametrize("path", DOMAIN, ids=module_of)
def test_a_domain_module_asks_for_no_time_and_no_chance(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            found |= {(owner, node.attr)} & CLOCKS_AND_DICE
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & RANDOM_MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} & RANDOM_MODULES
            found |= {(node.module, alias.name) for alias in node.names} & CLOCKS_AND_DICE
    assert not found


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", DOMAIN, ids=module_of)
def test_a_domain_module_knows_of_stores_only_their_protocol(path):
    assert not [name for name in _imported(path) if name.startswith(("service", "events.stores."))]
