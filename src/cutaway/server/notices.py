"""Notices of a server's trouble for the person at the terminal: one line for each kind of trouble."""

import logging

#: Kinds of trouble that are told by one server.
_MOST = 10

_logger = logging.getLogger("cutaway.server")


class Notices:
    """Lines that were not said before, as warnings of the logger ``cutaway.server``."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def say(self, text: str) -> None:
        """Say it, the first time."""
        if text not in self._said and len(self._said) < _MOST:
            self._said.add(text)
            _logger.warning("cutaway: %s", text)
