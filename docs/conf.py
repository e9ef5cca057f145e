"""How `make docs` builds the pages: from the project's root, so that links are the same here and there."""

from importlib import metadata

project = "Allegiance"
author = "The Allegiance authors"
release = metadata.version("allegiance")

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "docs/*/*.md", "seeds/*.md", "bench/*.md"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"description": "Who stood with or against whom, and who says so", "page_width": "70em"}
html_copy_source = False
