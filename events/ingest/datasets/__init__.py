"""Readers of published data sets. Each module exposes `FORMAT` and says what it maps and what it drops.

None of the data is bundled: a reader takes the file as its authors publish it.
"""
