"""docs/client.md names every method and every parameter of the client, and no other."""

from __future__ import annotations

import inspect
import re

from service.client import Client
from tests.docs import pages

TEXT = pages.read(pages.PROJECT / "docs" / "client.md")


def test_every_method_is_documented_with_its_parameters_and_no_other() -> None:
    documented = {}
    for cell in re.findall(r"^\| (`.+?`) \|", TEXT, re.M):
        for name, words in re.findall(r"`(\w+)\((.*?)\)`", cell):
            documented[name] = [word.strip("= ") for word in words.split(",") if word.strip()]
    methods = {
        name: list(inspect.signature(method).parameters)[1:]
        for name, method in inspect.getmembers(Client, inspect.isfunction)
        if not name.startswith("_") and name != "close"
    }
    assert documented.keys() == methods.keys()
    for name, parameters in methods.items():
        if documented[name] != ["…"]:
            told = ["parameters" if word == "…" else word for word in documented[name]]
            assert told == parameters, name


def test_the_end_of_a_client_is_documented() -> None:
    assert "`close()`" in TEXT
