"""SVG in at stdin, PNG out at stdout: run as a process of its own by `service.drawing.png`.

The library holds on to the interpreter while it draws; here that stops nobody else.
Arguments: how many pixels to a px, then the fonts.
"""

from __future__ import annotations

import sys

import resvg_py

if __name__ == "__main__":
    zoom, *fonts = sys.argv[1:]
    picture = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        zoom=float(zoom),
        skip_system_fonts=True,
        font_files=fonts,
        font_family="Noto Sans",
        sans_serif_family="Noto Sans",
    )
    sys.stdout.buffer.write(picture)
