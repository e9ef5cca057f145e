"""A timeline as a transparency log: its RFC 6962 tree, and the C2SP forms in which others check it.

Pure: a tree is read through `events.tlog.tree.Read`, whoever keeps it.
"""
