"""Varints and fields there and back."""

import pytest

from cutaway.events import wire


@pytest.mark.parametrize("value", [0, 1, 127, 128, 2**32, 2**63 - 1, -1, -(2**63)])
def test_varints(value: int) -> None:
    encoded = wire.varint(value)
    assert wire.read_varint(encoded, 0, len(encoded)) == (value % 2**64, len(encoded))
    assert wire.signed(value % 2**64) == value


@pytest.mark.parametrize("value", [0, -1, 1, 2**62, -(2**63), 2**63 - 1])
def test_zigzag(value: int) -> None:
    assert wire.unzigzag((value << 1 ^ value >> 63) % 2**64) == value


def test_fields() -> None:
    message = wire.varint_field(1, 5) + wire.double_field(2, 0.5) + wire.bytes_field(3, b"xy")
    message += wire.float_field(4, 0.25)
    found = [
        (key >> 3, key & 7, value if key & 7 == 0 else message[value:end])
        for key, value, end in wire.fields(message, 0, len(message))
    ]
    assert found == [(1, 0, 5), (2, 1, b"\0\0\0\0\0\0\xe0?"), (3, 2, b"xy"), (4, 5, b"\0\0\x80>")]


@pytest.mark.parametrize(
    "message", [b"\x08", b"\x80" * 11, b"\x09\x00", b"\x12\x05a", b"\x00\x01", b"\x0b", b"\x15\0\0\0"]
)
def test_malformed_messages(message: bytes) -> None:
    with pytest.raises(wire.MalformedError):
        list(wire.fields(message, 0, len(message)))
