"""Names and texts of logs, made harmless for where they are printed: they may come from anybody.

A terminal takes control characters for commands (an escape sequence moves the cursor, changes the window's title, or
answers as if it had been typed), and marks of writing direction make a line read as another one. A spreadsheet takes a
cell that begins like a formula for one.
"""

import re

#: Control characters (C0, DEL, C1), line and paragraph separators, and marks of writing direction.
_COMMANDS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def for_terminal(text: str) -> str:
    r"""The text with the characters that a terminal acts on written out, as ``\x1b`` or ``\u202e``."""
    return _COMMANDS.sub(_written_out, text)


def for_csv(text: str) -> str:
    """The text for a cell: as :func:`for_terminal`, with an apostrophe in front where it begins like a formula."""
    # Tabs and carriage returns are formulas as they are, not as they are written out.
    return f"'{for_terminal(text)}" if text.startswith(_FORMULA) else for_terminal(text)


def _written_out(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
