"""The starts of sessions behind each file are those that a look at all other files finds."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from cutaway.store.later_starts import LaterStarts


@dataclass(eq=False)
class File:
    """A file with what is asked of it."""

    first_wall_time: float | None
    last_wall_time: float | None
    session_starts: Sequence[int]

    @property
    def ended(self) -> float | None:
        known = [each for each in (self.first_wall_time, self.last_wall_time) if each is not None]
        return max(known, default=None)


times = st.none() | st.integers(0, 5).map(float)
files = st.lists(st.builds(File, times, times, st.lists(st.integers(-3, 3), max_size=2)), max_size=6)


@given(files)
def test_each_file_finds_what_a_look_at_all_others_finds(every: list[File]) -> None:
    starts = LaterStarts(every)
    for file in every:
        behind = [
            min(other.session_starts)
            for other in every
            if other is not file and other.session_starts and other.first_wall_time is not None
            if file.ended is None or other.first_wall_time >= file.ended
        ]
        assert starts.behind(file) == min(behind, default=None)
