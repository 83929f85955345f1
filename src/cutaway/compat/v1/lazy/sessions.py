"""The sessions whose ``with`` blocks a thread is in: what ``eval`` and ``run`` take by default."""

import threading
from typing import Any, Protocol


class Runs(Protocol):
    """A session."""

    def run(self, fetches: Any, feed_dict: Any = None) -> Any:
        """The values of fetches."""


class _Entered(threading.local):
    def __init__(self) -> None:
        self.sessions: list[Any] = []


_entered = _Entered()


def enter(session: Any) -> None:
    """Make a session the default one."""
    _entered.sessions.append(session)


def leave(session: Any) -> None:
    """Make the one before the default again. Does nothing for a session that was not entered."""
    if session in _entered.sessions:
        _entered.sessions.remove(session)


def default_session() -> Any:
    """The default session, None where there is none."""
    return _entered.sessions[-1] if _entered.sessions else None


def the_session(given: Any, method: str) -> Any:
    """A given session, or the default one. Raises ValueError when there is none."""
    session = default_session() if given is None else given
    if session is None:
        raise ValueError(f"session must be given to {method}() outside of `with tf.Session()`, got None")
    return session
