"""Sphinx configuration: MyST Markdown, Furo, and the public names from their docstrings."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from cutaway import __version__

project = "Cutaway"
author = "The Cutaway authors"
copyright = "The Cutaway authors"
release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Cutaway {__version__}"
myst_heading_anchors = 4
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
nitpicky = False
