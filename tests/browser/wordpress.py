"""WordPress as far as an embed meets it: what it leaves of an oEmbed answer, and the page around it.

Written anew from how WordPress 6 behaves towards a provider it does not know: only three elements
and some of their attributes are left; a blockquote counts only before the frame; the frame is
sandboxed, gets a secret, and is out of sight until it sends a message that bears it; heights are
kept from 200 to 1000.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_LEFT = {
    "a": {"href"},
    "blockquote": set[str](),
    "iframe": {
        *("src", "width", "height", "frameborder", "marginwidth", "marginheight", "scrolling", "title"),
    },
}
_HIDDEN = "position: absolute; clip: rect(1px, 1px, 1px, 1px);"

LISTENER = """\
addEventListener("message", (event) => {
  const said = event.data;
  if (!said || !said.secret || !said.message || !said.value || /[^a-zA-Z0-9]/.test(said.secret)) return;
  const bears = `[data-secret="${said.secret}"]`;
  for (const quote of document.querySelectorAll(`blockquote${bears}`)) quote.style.display = "none";
  for (const frame of document.querySelectorAll(`iframe${bears}`)) {
    if (frame.contentWindow !== event.source) continue;
    frame.removeAttribute("style");
    if (said.message === "height") frame.height = Math.max(200, Math.min(1000, ~~said.value));
    if (said.message === "link" && document.activeElement === frame
        && new URL(said.value).host === new URL(frame.src).host) top.location.href = said.value;
  }
});
"""


class _Filter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.left: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT:
            kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name in _LEFT[tag])
            self.left.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT:
            self.left.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.left.append(escape(data, quote=False))


def filtered(html: str, secret: str) -> str:
    """What WordPress puts into the article; empty if it takes the answer for no embed."""
    reader = _Filter()
    reader.feed(html)
    found = re.search(r"(<blockquote>.*?</blockquote>)?.*(<iframe.*?></iframe>)", "".join(reader.left), re.S)
    if found is None:
        return ""
    quote, frame = found[1] or "", found[2]
    frame = re.sub(r' src="(.*?)"', rf' src="\1#?secret={secret}" data-secret="{secret}"', frame, count=1)
    if quote:
        quote = quote.replace(
            "<blockquote", f'<blockquote class="wp-embedded-content" data-secret="{secret}"'
        )
        frame = frame.replace("<iframe", f'<iframe style="{_HIDDEN}"')
    sandboxed = '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted"'
    return quote + frame.replace("<iframe", sandboxed)


def article(html: str, secret: str = "s3cr3tS3cr") -> str:
    """A page of WordPress with the embed in it."""
    return (
        '<!doctype html><html lang="en"><title>An article</title><body><h1>An article</h1>'
        f"<p>Before.</p>{filtered(html, secret)}<p>After.</p>"
        '<script src="listener.js"></script></body></html>'
    )
