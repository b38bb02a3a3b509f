"""Datasets for others: what may leave the laboratory (`release`), as `bids`, `psychds` or `sheets`.

`writing.export` is the way in; docs/data.md says what is left out and why.
"""
