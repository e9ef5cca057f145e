"""A page in the browser, and everything that it asked for, said or kept."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page, Request

AXE = Axe()

WIDER_THAN_THE_PAGE = """() => {
  const root = document.documentElement;
  return root.scrollWidth > root.clientWidth
    ? [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1
                      || one.getBoundingClientRect().left < -1)
        .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
    : [];
}"""


@dataclass
class Watched:
    """What a page did: its requests, its complaints and the dialogs that it opened.

    `scripting` is what switched its scripts off, if they are.
    """

    page: Page
    scripting: CDPSession | None = None
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("dialog", self._dismiss)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def _hear(self, message: Any) -> None:
        icon = message.location["url"].endswith("/favicon.ico")  # which every browser asks of every host
        if message.type in ("error", "warning") and not icon:
            self.complaints.append(message.text)

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def origins(self) -> set[str]:
        """Where everything was asked for."""
        return {
            f"{parts.scheme}://{parts.netloc}"
            for parts in (urlsplit(request.url) for request in self.requests)
            if parts.scheme not in ("data", "blob", "about")
        }

    def gzipped(self) -> dict[str, int]:
        """Each address that was asked for, and the size of its body as gzip sends it, in bytes."""
        sizes = {}
        for request in self.requests:
            response = request.response()
            assert response is not None, request.url
            sizes[request.url] = len(zlib.compress(response.body(), 6)) + 12  # gzip's longer frame
        return sizes

    def violations(self) -> list[str]:
        """What axe-core finds against the page, in a line each."""
        if self.scripting is not None:  # axe-core's own script waits by timers, which must run again
            self.scripting.send("Emulation.setScriptExecutionDisabled", {"value": False})
        found = AXE.run(self.page).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways, if it does."""
        found: list[str] = self.page.evaluate(WIDER_THAN_THE_PAGE)
        return found

    def storage(self) -> list[object]:
        """The cookies and the kept values that the page left."""
        kept = self.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        return [*self.page.context.cookies(), *(one for one in kept if one)]
