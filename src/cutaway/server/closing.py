"""How open streams learn that the server is about to end."""

import asyncio
from contextlib import suppress


class Closing:
    """Says to every open stream that the server is about to end. To be called on the event loop's thread."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def close(self) -> None:
        """End the streams."""
        self._event.set()

    async def within(self, seconds: float) -> bool:
        """Wait; whether the streams have to end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        return self._event.is_set()
