"""Heads are bounded while they come in, however they are cut into packets."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cutaway.server.head_bounds import LONGEST_TARGET, MOST_HEADER_BYTES, MOST_HEADERS, HeadBounds

LINES = st.sampled_from(
    [b"GET / HTTP/1.1\r\n", b"a:b\n", b"a: b\r\n", b"\r\n", b"\0", b"\r", b"\n", b"\x0c", b" ", b"x" * 3000]
)


def verdict(*parts: bytes) -> bool:
    """Whether a head that comes in these parts is accepted."""
    bounds = HeadBounds()
    return not any(bounds.take(part) for part in parts)


def test_what_browsers_send_is_accepted() -> None:
    address = b"GET /" + b"r0," * 300_000 + b" HTTP/1.1\r\n"
    cookies = b"Cookie: " + b"; ".join(b"name%d=" % number + b"v" * 4000 for number in range(15)) + b"\r\n"
    headers = b"".join(b"Sec-Header-%d: some value\r\n" % number for number in range(100))
    assert verdict(address, cookies, headers, b"\r\n")
    assert verdict(address + cookies + headers + b"\r\n")


def test_what_is_too_much() -> None:
    line = b"GET / HTTP/1.1\r\n"
    assert verdict(line + b"a:\r\n" * MOST_HEADERS + b"\r\n")
    assert not verdict(line + b"a:\r\n" * (MOST_HEADERS + 1) + b"\r\n")
    assert verdict(line + b"a:" + b"x" * (MOST_HEADER_BYTES - 2))
    assert not verdict(line + b"a:" + b"x" * (MOST_HEADER_BYTES - 1))
    assert verdict(b"x" * LONGEST_TARGET)
    assert not verdict(b"x" * (LONGEST_TARGET + 1))
    for forbidden in (b"\0", b"\x0b", b"\x0c", b"\rx"):
        assert not verdict(line + b"a: " + forbidden + b"\r\n")


@given(parts=st.lists(LINES, max_size=30), cuts=st.lists(st.integers(0, 100), max_size=10))
def test_packets_make_no_difference(parts: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(parts)
    # A line end that is still to come makes a return at the very end neither right nor wrong.
    whole = whole.rstrip(b"\r")
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[start:end] for start, end in pairwise(edges)]
    assert verdict(*pieces) == verdict(whole)


def test_what_is_behind_the_head_does_not_count() -> None:
    for end in (b"\r\n\r\n", b"\n\n", b"\n\r\n"):
        head = b"POST / HTTP/1.1" + end
        body = b"\0\r" * 100_000 + b"\n" * 1000
        assert verdict(head + body)
        assert verdict(head, body)
        for cut in range(len(head) - 4, len(head)):
            assert verdict(head[:cut], head[cut:] + body)


def test_the_next_head_is_counted_anew() -> None:
    bounds = HeadBounds()
    head = b"GET / HTTP/1.1\r\n" + b"a:\r\n" * MOST_HEADERS
    assert not bounds.take(head)
    assert not bounds.restart(b"GET /")
    assert bounds.size == 5
    assert not bounds.take(b" HTTP/1.1\r\n" + b"a:\r\n" * MOST_HEADERS)
    assert bounds.take(b"a:\r\n" * 2)
    assert bounds.restart(head + b"a:\r\n" * 2)
