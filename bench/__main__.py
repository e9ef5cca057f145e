"""Measures, and prints one table of what came of it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from importlib import import_module

from bench.effort import SMALL, Effort
from bench.load import progress
from bench.measure import Report, machine

PARTS = {
    "state": "state",
    "append": "appending",
    "ingest": "ingesting",
    "product": "product",
    "raphtory": "raphtory_peer",
    "http": "over_http",
    "embed": "in_browser",
}
"""What can be measured by itself, and the module that does it."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="one part alone; by default all of them")
    parser.add_argument("--small", action="store_true", help="little data and few requests, to try the bench")
    parser.add_argument("--workers", type=int, default=Effort().workers, help="processes of each HTTP server")
    options = parser.parse_args()
    effort = replace(SMALL if options.small else Effort(), workers=options.workers)
    report = Report()
    for part in [options.part] if options.part else PARTS:
        progress(f"measuring: {part}")
        import_module(f"bench.{PARTS[part]}").run(report, effort)
    note = "\n\nA small run, to try the bench: the aims are for the full one." if options.small else ""
    print(f"\n{machine()}{note}\n\n{report.table()}")


if __name__ == "__main__":
    main()
