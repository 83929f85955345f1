"""The door through which every value is decoded says what went wrong, and lets nothing else out."""

import zlib

import pytest

from cutaway.events.wire import MalformedError
from cutaway.store.kinds.door import decoding


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (zlib.error("incorrect header check"), "error: incorrect header check"),
        (RecursionError("too deep"), "RecursionError: too deep"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_whatever_fails_is_a_malformed_value(error: Exception, said: str) -> None:
    with pytest.raises(MalformedError) as caught, decoding("the picture"):
        raise error
    assert str(caught.value) == f"the picture cannot be decoded: {said}"
    assert caught.value.__cause__ is error


def test_what_is_malformed_already_is_said_as_it_is() -> None:
    with pytest.raises(MalformedError) as caught, decoding("the picture"):
        raise MalformedError("a picture of no pixels")
    assert str(caught.value) == "a picture of no pixels"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_who_ends_the_program_is_not_held_up(end: type[BaseException]) -> None:
    with pytest.raises(end), decoding("the picture"):
        raise end
