"""The embed in a browser beside TimelineJS3, with the same events, on a processor four times as slow."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bench import serving
from bench.effort import Effort
from bench.load import CACHE, progress
from bench.measure import Report
from events.codec import record
from events.stores import connect
from tests.browser.timelines import synthetic

PEER = Path(__file__).with_name("timelinejs")
SIZES = (500, 5000)
WIDTH, HEIGHT = 390, 844
SLOWDOWN = 4
STEPS = 20
PATIENCE, SETTLING = 300_000, 2000  # ms

AIM_READY = {500: 500, 5000: 2000}
AIM_STEP, AIM_NODES, AIM_BYTES, AIM_REQUESTS = 50, 1500, 30_000, 3

_WATCH = """(() => {
  const look = () => { if (%s) window.readyAt = performance.now(); else requestAnimationFrame(look); };
  requestAnimationFrame(look);
})()"""
_PEER_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>TimelineJS3</title>
<link rel="stylesheet" href="/timelinejs/css/timeline.css"><div id="timeline" style="height: 640px"></div>
<script src="/timelinejs/js/timeline.js"></script>
<script>fetch("/events.json").then((answer) => answer.json())
  .then((events) => { window.shown = new TL.Timeline("timeline", events); });</script></html>
"""


@dataclass(frozen=True)
class Subject:
    """Something that is measured: its page, when it is usable, and how it is moved one event on."""

    name: str
    address: str
    ready: str
    step: str


def run(report: Report, effort: Effort) -> None:
    """Both, at each size."""
    chromium = shutil.which("chromium")
    if chromium is None:
        report.add("embed in a browser", "not measured", "chromium is not installed")
        return
    peer = _installed(report)
    with sync_playwright() as playwright:
        browser = _launch(playwright, chromium)
        for size in SIZES:
            progress(f"showing {size} events: the embed")
            with _embed(size) as subject:
                _measure(report, browser, subject, size, effort.rounds, AIM_READY[size])
            if peer is not None:
                progress(f"showing {size} events: TimelineJS3")
                with _timelinejs(peer, size) as subject:
                    _measure(report, browser, subject, size, 1, None)
        browser.close()


def _launch(playwright: Playwright, chromium: str) -> Browser:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=chromium, args=sandbox)


def _installed(report: Report) -> Path | None:
    """Where TimelineJS3 is; installed from its lock file if npm is there to do it."""
    if shutil.which("npm") is None:
        report.add("TimelineJS3 in a browser", "not measured", "npm is not installed")
        return None
    subprocess.run(("npm", "ci", "--silent"), cwd=PEER, check=True)
    return PEER / "node_modules" / "@knight-lab" / "timelinejs" / "dist"


@contextmanager
def _embed(size: int) -> Iterator[Subject]:
    database = CACHE / f"embed-{size}.db"
    for old in CACHE.glob(f"{database.name}*"):
        old.unlink()
    CACHE.mkdir(parents=True, exist_ok=True)
    store = connect(f"sqlite:///{database}")
    store.initialise()
    drafts = [record(line, "bench") for line in synthetic(size)]
    store.append("bench", drafts, author="bench", create=True)
    store.close()
    settings = {"ALLEGIANCE_DATABASE": f"sqlite:///{database}"}
    with serving.gunicorn("service:create_app()", 1, settings) as (port,):
        step = (
            "() => { const slider = document.getElementById('slider');"
            " slider.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true})); }"
        )
        usable = "document.getElementById('slider') && !document.getElementById('slider').hidden"
        yield Subject("the embed", f"http://127.0.0.1:{port}/embed/bench", usable, step)


@contextmanager
def _timelinejs(dist: Path, size: int) -> Iterator[Subject]:
    folder = CACHE / f"timelinejs-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(_PEER_PAGE)
    slides = [_slide(line) for line in synthetic(size) if "entity" not in line]
    (folder / "events.json").write_text(json.dumps({"events": slides}))
    (folder / "timelinejs").unlink(missing_ok=True)
    (folder / "timelinejs").symlink_to(dist)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/index.html"
        usable = (
            "document.querySelector('.tl-timemarker') && document.querySelector('.tl-slide .tl-headline')"
        )
        yield Subject("TimelineJS3 3.9.11", address, usable, "() => window.shown.goToNext()")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def _slide(line: Mapping[str, Any]) -> dict[str, Any]:
    names = ("year", "month", "day")
    start = dict(zip(names, line["date"].split("-"), strict=False))
    return {"start_date": start, "text": {"headline": line["title"], "text": line["sources"][0]["quote"]}}


def _measure(
    report: Report, browser: Browser, subject: Subject, size: int, rounds: int, most_ready: int | None
) -> None:
    on = f"{size} events, {WIDTH} px, processor {SLOWDOWN}× slower"
    _show(browser, subject)  # the servers warm up
    shown = [_show(browser, subject) for _ in range(max(rounds, 1))]
    first = shown[0]
    few = size == SIZES[0]
    for what, value, unit, most in (
        ("bytes as gzip sends them", first["bytes"], "", AIM_BYTES if few else None),
        ("requests", first["requests"], "", AIM_REQUESTS),
        ("requests to other hosts", first["foreign"], "", 0),
        ("nodes", first["nodes"], "", AIM_NODES if few else None),
        ("usable after", median(one["ready"] for one in shown), " ms", most_ready),
        ("a step", median(one["step"] for one in shown), " ms", AIM_STEP if few else None),
    ):
        judged = most_ready is not None and most is not None
        aim = f"≤ {most:,}{unit}: {'met' if value <= most else 'MISSED'}" if judged else ""
        report.add(f"{subject.name}: {what}", on, f"{value:,.0f}{unit}", aim)


def _show(browser: Browser, subject: Subject) -> dict[str, float]:
    """One visit by a browser that has not been there."""
    with browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}) as context:
        page = context.new_page()
        asked: list[Any] = []
        page.on("request", lambda request: asked.append(request))  # noqa: PLW0108  # a method of C takes no marks
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.add_init_script(_WATCH % subject.ready)
        page.goto(subject.address, wait_until="commit")
        page.wait_for_function("() => window.readyAt", timeout=PATIENCE)
        page.wait_for_timeout(SETTLING)
        ready, nodes = page.evaluate("[window.readyAt, document.querySelectorAll('*').length]")
        host = subject.address.split("/")[2]
        responses = [request.response() for request in asked if request.url.startswith("http")]
        return {
            "bytes": sum(len(gzip.compress(one.body())) for one in responses if one and one.ok),
            "requests": len(responses),
            "foreign": sum(host not in request.url for request in asked if request.url.startswith("http")),
            "nodes": nodes,
            "ready": ready,
            "step": _step(page, subject),
        }


def _step(page: Page, subject: Subject) -> float:
    """How long one step to another event keeps the page, to the end of its layout, in ms."""
    timed: list[float] = page.evaluate(
        f"async (count) => {{ const move = {subject.step}, taken = [];"
        " const end = performance.now() + 10000;"
        " for (let i = 0; i < count && performance.now() < end; i += 1) {"
        " const before = performance.now(); move();"
        " void document.body.offsetHeight; taken.push(performance.now() - before);"
        " await new Promise((done) => setTimeout(done, 50)); } return taken; }",
        STEPS,
    )
    return median(timed)
