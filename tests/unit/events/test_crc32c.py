"""Published check values, and the three ways of computing agree at every length."""

import numpy as np
import pytest

from cutaway.events import _core, _pure_crc32c  # type: ignore[attr-defined, unused-ignore]
from cutaway.events.kernel import Kernel

#: RFC 3720, B.4, and the check value of the CRC catalogues.
VECTORS = [
    (b"", 0x00000000),
    (b"123456789", 0xE3069283),
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(range(31, -1, -1)), 0x113FDB5C),
]


@pytest.mark.parametrize(("data", "expected"), VECTORS)
def test_known_checksums(data: bytes, expected: int) -> None:
    assert _core.crc32c(data) == expected
    assert _core.crc32c(data, portable=True) == expected
    assert _pure_crc32c.crc32c(data) == expected


def test_all_implementations_agree_at_every_length() -> None:
    data = np.random.default_rng(1).integers(0, 256, 40_000, np.uint8)
    # Three lanes of 4,096 bytes, and what is left, around each multiple of them.
    lengths = np.array([*range(300), 4095, 4096, 4097, 9000, 12_287, 12_288, 12_297, 24_576, 36_863, 39_000], np.int64)
    offsets = np.arange(len(lengths), dtype=np.int64)
    expected = [_core.crc32c(data[i : i + n].tobytes()) for i, n in zip(offsets, lengths, strict=True)]
    portable = [_core.crc32c(data[i : i + n].tobytes(), portable=True) for i, n in zip(offsets, lengths, strict=True)]
    assert portable == expected
    masked = _pure_crc32c.masked_of_records(data, offsets, lengths)
    assert masked.tolist() == [_pure_crc32c.mask(checksum) for checksum in expected]


def test_the_checksum_goes_on(kernel: Kernel) -> None:
    data = np.random.default_rng(3).integers(0, 256, 30_000, np.uint8).tobytes()
    whole = _core.crc32c(data)
    for cut in (0, 1, 3, 4, 7, 4095, 4096, 9999, 29_999, 30_000):
        first = kernel.crc32c(data[:cut])
        assert first == _core.crc32c(data[:cut], portable=True)
        assert kernel.crc32c(memoryview(data)[cut:], before=first) == whole
        assert _core.crc32c(data[cut:], before=first, portable=True) == whole


def test_headers_at_every_position() -> None:
    data = np.random.default_rng(2).integers(0, 256, 500, np.uint8)
    expected = [_pure_crc32c.mask(_core.crc32c(data[i : i + 8].tobytes())) for i in range(493)]
    assert _pure_crc32c.masked_of_headers(data).tolist() == expected


def test_a_frame_has_the_masked_checksums(kernel: Kernel) -> None:
    """A record that TensorFlow's writer made: the first of a file of its own."""
    payload = b"\x09\x00\x00\x80\x38\x99\xd6\xd7\x41\x1a\x0dbrain.Event:2"
    expected = bytes([24, 0, 0, 0, 0, 0, 0, 0]) + (0x224B7FA3).to_bytes(4, "little")
    expected += payload + (0xAB364B12).to_bytes(4, "little")
    assert kernel.frame(payload) == expected


@pytest.mark.parametrize("size", [0, 1, 7, 8, 1023, 1024, 5000])
def test_frames_of_all_sizes_scan(kernel: Kernel, size: int) -> None:
    framed = kernel.frame(bytes(size))
    assert len(framed) == size + 16
    assert kernel.scan(framed).lengths.tolist() == [size]
