"""CRC32C (Castagnoli) in NumPy, for the pure twin of the kernel.

Python is slow byte by byte, so the work goes across lanes: the payloads of many records are brought to one
length and advance together, and one long payload is cut into lanes whose checksums are then joined. Both rest
on the register being linear over GF(2) once the initial value 0xFFFFFFFF is exclusive-ored into the first
four bytes: zero bytes in front change nothing, and the register of two pieces is the first one moved over the
second's length, exclusive-or the second.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import Buffer

_POLYNOMIAL = 0x82F63B78
_ALL_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8

#: Payloads from this size on are cut into lanes of their own.
_LONG = 4096
#: How many bytes the lanes of one step hold at most, so that a buffer of records needs little memory.
_MATRIX_BYTES = 1 << 22

Bytes = NDArray[np.uint8]
Registers = NDArray[np.uint32]


def _tables() -> NDArray[np.uint32]:
    """uint32[8, 256]: entry [j, b] is what byte b does to the register when j more bytes follow."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    tables = [table]
    for _ in range(7):
        tables.append(table[tables[-1] & 0xFF] ^ (tables[-1] >> 8))
    return np.stack(tables)


_TABLES = _tables()
_BYTE_TABLE: list[int] = _TABLES[0].tolist()


def crc32c(data: Buffer, *, before: int = 0) -> int:
    """See ``core.crc32c``."""
    register = before ^ _ALL_ONES
    if len(data) >= _LONG:
        return _of_long(np.frombuffer(data, np.uint8), register) ^ _ALL_ONES
    for byte in bytes(data):
        register = _BYTE_TABLE[(register ^ byte) & 0xFF] ^ (register >> 8)
    return register ^ _ALL_ONES


def mask(checksum: int) -> int:
    """The rotated form in which a record holds its checksums."""
    return (((checksum >> 15) | (checksum << 17)) + _MASK_DELTA) & _ALL_ONES


def masked_of_records(data: Bytes, offsets: NDArray[np.int64], lengths: NDArray[np.int64]) -> Registers:
    """uint32[n]: the masked checksum of each of the n slices of ``data``, which must be within it."""
    registers = np.zeros(len(offsets), np.uint32)
    remaining = np.arange(len(offsets))
    width = 8
    while width < _LONG and remaining.size:
        fits = lengths[remaining] <= width
        chosen, remaining = remaining[fits], remaining[~fits]
        rows = max(1, _MATRIX_BYTES // width)
        for first in range(0, chosen.size, rows):
            part = chosen[first : first + rows]
            registers[part] = _of_lanes(data, offsets[part], lengths[part], width)
        width *= 2
    for i in remaining:
        registers[i] = _of_long(data[offsets[i] : offsets[i] + lengths[i]])
    return _mask_all(registers ^ np.uint32(_ALL_ONES))


def masked_of_headers(data: Bytes) -> Registers:
    """uint32[len(data) - 7]: the masked checksum of the 8 bytes at every position."""
    count = max(len(data) - 7, 0)
    registers = np.zeros(count, np.uint32)
    for j in range(8):
        byte = data[j : j + count] ^ np.uint8(0xFF if j < 4 else 0)
        registers ^= _TABLES[7 - j][byte]
    return _mask_all(registers ^ np.uint32(_ALL_ONES))


def _mask_all(checksums: Registers) -> Registers:
    return ((checksums >> np.uint32(15)) | (checksums << np.uint32(17))) + np.uint32(_MASK_DELTA)


def _advance(registers: Registers, lanes: Bytes) -> Registers:
    """The registers uint32[k] after the bytes uint8[k, 8 * m], one row each."""
    columns: Any = lanes.reshape(len(lanes), -1, 8)
    for i in range(columns.shape[1]):
        eight = columns[:, i, :].copy()
        eight[:, :4] ^= registers.astype("<u4")[:, None].view(np.uint8)
        registers = _TABLES[7][eight[:, 0]]
        for j in range(1, 8):
            registers = registers ^ _TABLES[7 - j][eight[:, j]]
    return registers


def _of_lanes(data: Bytes, offsets: NDArray[np.int64], lengths: NDArray[np.int64], width: int) -> Registers:
    """The registers of slices of at most ``width`` bytes: right-aligned, zeros in front, one row a slice."""
    column = np.arange(width) - width + lengths[:, None]
    inside = column >= 0
    index = np.where(inside, offsets[:, None] + column, 0)
    lanes = np.where(inside, data[index] if data.size else np.uint8(0), np.uint8(0)).astype(np.uint8)
    lanes ^= np.where(inside & (column < 4), np.uint8(0xFF), np.uint8(0))
    registers = _advance(np.zeros(len(offsets), np.uint32), lanes)
    # The initial value reaches beyond slices of less than four bytes: its rest meets the register's end.
    for short in np.flatnonzero(lengths < 4):
        start = int(offsets[short])
        registers[short] = crc32c(data[start : start + int(lengths[short])].tobytes()) ^ _ALL_ONES
    return registers


def _of_long(data: Bytes, register: int = _ALL_ONES) -> int:
    """The register after one long slice: lanes of equal length side by side, then joined from first to last.

    ``register`` is what it was before.
    """
    lane_count = 1024
    lane_length = -(-len(data) // (lane_count * 8)) * 8
    lanes = np.zeros(lane_count * lane_length, np.uint8)
    start = len(lanes) - len(data)
    lanes[start:] = data
    lanes[start : start + 4] ^= np.frombuffer(register.to_bytes(4, "little"), np.uint8)
    registers = _advance(np.zeros(lane_count, np.uint32), lanes.reshape(lane_count, lane_length))
    shift = _shift(lane_length)
    result = 0
    for lane in registers.tolist():
        moved = shift[0][result & 0xFF] ^ shift[1][result >> 8 & 0xFF] ^ shift[2][result >> 16 & 0xFF]
        result = moved ^ shift[3][result >> 24] ^ lane
    return result


@lru_cache(maxsize=16)
def _shift(lane_length: int) -> list[list[int]]:
    """The effect of a lane's length of zero bytes on each byte of the register."""
    basis = (np.arange(256, dtype=np.uint32) << np.arange(0, 32, 8, dtype=np.uint32)[:, None]).reshape(-1)
    shift: list[list[int]] = _advance(basis, np.zeros((1024, lane_length), np.uint8)).reshape(4, 256).tolist()
    return shift
