"""Framing: what is a record, what is damage, and what is not written yet."""

import struct

import numpy as np
import pytest

from cutaway.events import _pure_crc32c
from cutaway.events.kernel import Kernel

A, B, C = (bytes([letter]) * length for letter, length in ((65, 20), (66, 31), (67, 5)))


def header(length: int) -> bytes:
    packed = struct.pack("<Q", length)
    return packed + struct.pack("<I", _pure_crc32c.mask(_pure_crc32c.crc32c(packed)))


def payloads(kernel: Kernel, data: bytes, *, inside_tail: bool = False) -> list[bytes]:
    found = kernel.scan(data, inside_tail=inside_tail)
    return [data[i : i + n] for i, n in zip(found.offsets, found.lengths, strict=True)]


def test_nothing(kernel: Kernel) -> None:
    found = kernel.scan(b"")
    assert found.offsets.dtype == found.lengths.dtype == np.int64
    assert (len(found.offsets), found.consumed, found.damage, found.searched) == (0, 0, [], 0)


def test_records_in_order(kernel: Kernel) -> None:
    data = b"".join(map(kernel.frame, (A, b"", B, C)))
    found = kernel.scan(data)
    assert payloads(kernel, data) == [A, b"", B, C]
    assert (found.consumed, found.searched, found.damage) == (len(data), len(data), [])


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_buffer(kernel: Kernel, kind: type) -> None:
    assert kernel.scan(kind(kernel.frame(A))).lengths.tolist() == [20]


def test_every_truncation_waits(kernel: Kernel) -> None:
    first, second = kernel.frame(A), kernel.frame(B)
    for cut in range(len(second)):
        found = kernel.scan(first + second[:cut])
        assert found.lengths.tolist() == [len(A)]
        assert (found.consumed, found.damage) == (len(first), [])


def test_wrong_payload_before_a_valid_header_is_skipped(kernel: Kernel) -> None:
    first, second, third = map(kernel.frame, (A, B, C))
    broken = bytearray(second)
    broken[20] ^= 1
    found = kernel.scan(first + broken + third)
    assert payloads(kernel, first + broken + third) == [A, C]
    assert found.damage == [(len(first), len(second))]


def test_nothing_inside_a_skipped_payload_counts(kernel: Kernel) -> None:
    """A record may hold records as data; when it is damaged, they are not this file's."""
    outer = bytearray(kernel.frame(b"x" * 9 + kernel.frame(B)))
    outer[12] ^= 1
    data = kernel.frame(A) + outer + kernel.frame(C)
    assert payloads(kernel, data) == [A, C]
    assert kernel.scan(data).damage == [(36, len(outer))]


def test_a_wrong_header_is_searched_past(kernel: Kernel) -> None:
    first, second, third = map(kernel.frame, (A, B, C))
    broken = bytearray(second)
    broken[3] ^= 1
    data = bytes(first + broken + third)
    assert payloads(kernel, data) == [A, C]
    assert kernel.scan(data).damage == [(len(first), len(second))]


@pytest.mark.parametrize("hole", [1, 11, 12, 16, 4096, 100_000])
def test_a_hole_of_zeros_is_damage(kernel: Kernel, hole: int) -> None:
    data = kernel.frame(A) + bytes(hole) + kernel.frame(B)
    assert payloads(kernel, data) == [A, B]
    assert kernel.scan(data).damage == [(36, hole)]


def test_a_torn_record_hides_nothing_behind_it(kernel: Kernel) -> None:
    """The header promises more than there is before the next record: its length runs into that."""
    torn = kernel.frame(B)[:30]
    data = kernel.frame(A) + torn + b"".join(map(kernel.frame, (A, B, C)))
    assert payloads(kernel, data) == [A, A, B, C]
    assert kernel.scan(data).damage == [(36, 30)]


def test_wrong_at_the_end_may_still_be_written(kernel: Kernel) -> None:
    data = kernel.frame(A) + kernel.frame(bytes(B))[:-4] + bytes(4)
    for behind in range(12):
        found = kernel.scan(data + bytes(behind))
        assert (found.consumed, found.searched, found.damage) == (36, 36, [])


def test_garbage_at_the_end_is_not_damage_yet(kernel: Kernel) -> None:
    found = kernel.scan(kernel.frame(A) + b"\x01" * 100)
    assert (found.consumed, found.damage) == (36, [])
    assert found.searched == 36 + 100 - 11


def test_an_unfinished_record_is_searched_only_when_asked(kernel: Kernel) -> None:
    data = kernel.frame(A) + header(10_000) + kernel.frame(B) + kernel.frame(C)
    assert payloads(kernel, data) == [A]
    assert payloads(kernel, data, inside_tail=True) == [A, B, C]
    assert kernel.scan(data, inside_tail=True).damage == [(36, 12)]


def test_an_unfinished_record_with_nothing_inside_stays_unsettled(kernel: Kernel) -> None:
    data = kernel.frame(A) + header(10_000) + bytes(500)
    found = kernel.scan(data, inside_tail=True)
    assert (found.consumed, found.searched, found.damage) == (36, 36, [])


def test_a_search_that_goes_on_in_the_next_buffer(kernel: Kernel) -> None:
    found = kernel.scan(b"\x01" * 7 + kernel.frame(A), in_gap=True)
    assert (found.lengths.tolist(), found.damage) == ([20], [(0, 7)])
    found = kernel.scan(kernel.frame(A), in_gap=True)
    assert (found.lengths.tolist(), found.damage) == ([20], [(0, 0)])


@pytest.mark.parametrize("length", [2**31, 2**32 + 5, 2**63 - 1, 2**63, 2**64 - 16, 2**64 - 1])
def test_a_length_that_no_message_has_is_no_header(kernel: Kernel, length: int) -> None:
    data = kernel.frame(A) + header(length)
    found = kernel.scan(data)
    assert (found.lengths.tolist(), found.consumed, found.searched) == ([20], 36, 37)
    found = kernel.scan(data + kernel.frame(B))
    assert (found.lengths.tolist(), found.damage) == ([20, 31], [(36, 12)])


def test_the_largest_length_waits(kernel: Kernel) -> None:
    found = kernel.scan(kernel.frame(A) + header(2**31 - 1) + kernel.frame(B))
    assert (found.lengths.tolist(), found.consumed, found.searched) == ([20], 36, 36)


def test_hostile_headers_cost_linear_work(kernel: Kernel) -> None:
    """Valid headers at every twelfth byte, each of a long record that is wrong: quadratic without a limit.

    The limit shows in the result: behind it even a valid record counts as unreadable, in this buffer.
    """
    size = 60_000
    hostile = b"".join(header(size - position - 100) for position in range(0, size - 200, 12))
    assert kernel.scan(hostile + bytes(400)).lengths.tolist() == []
    data = hostile + kernel.frame(A) + bytes(400)
    assert kernel.scan(data).lengths.tolist() == []
    few = hostile[-12 * 8 :] + bytes(100) + kernel.frame(A)
    assert kernel.scan(few).lengths.tolist() == [20]


def test_the_limit_does_not_stop_what_real_damage_needs(kernel: Kernel) -> None:
    """Hundreds of torn records, each running into those behind it."""
    data = b"".join(kernel.frame(bytes([i % 256]) * 300)[: 312 - i % 20] + kernel.frame(A) for i in range(200))
    found = kernel.scan(data, inside_tail=True)
    assert found.lengths.tolist().count(len(A)) == 200
