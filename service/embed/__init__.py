"""The embed: a timeline as a page that stands in other people's articles.

`record` reads what the log holds at a commit, once; `scene` narrows it to one view and one
language, purely; `page` writes the scene as HTML that needs no script, and `compact` hands the
script what it needs to redraw the state on another day without asking again.
"""
