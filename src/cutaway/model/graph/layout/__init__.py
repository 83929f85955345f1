"""The layout of a group's boxes in rows: that of the page (``web/src/charts/graph``), step by step the same.

`tests/contract/layouts.json` holds both to the same coordinates.
"""
