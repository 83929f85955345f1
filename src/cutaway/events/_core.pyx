# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: freethreading_compatible=True
"""The native kernel: scan, decode, encode, append, reduce and smooth, as ``core`` describes them.

Only buffers and plain C below: no NumPy C-API, and the GIL is released in every loop over data. What is read may be
hostile, so each length is compared, as unsigned 64-bit number, with the bytes that remain before any pointer moves.
"""

cimport cython
from libc.errno cimport EINTR
from libc.math cimport INFINITY, NAN, fabs, floor, isfinite, isnan, ldexp, nextafter
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy, memmove, memset, strlen
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF

import os
import sys
import time

from cutaway.events.listing import Listing
from cutaway.events.recording_warning import warn
from cutaway.events.write_trouble import (
    LAST_WRITES,
    LOOK_NANOSECONDS,
    NANOSECONDS_PER_BYTE,
    OUTLIER_NANOSECONDS,
    SLOW_NANOSECONDS,
    STALL_NANOSECONDS,
    STALLS_IN_A_ROW,
    WATCHED_WRITES,
    Trouble,
)

# What `connect` imports.
cdef object np, float64
cdef object ELEMENT_TYPES, FLOAT32, FLOAT64, INT64, NO_FLOATS, NO_PLACES, FILE, SERIES
cdef object Blobs, Buckets, Decoded, DrawnLines, GraphNodes, PackedColumn, PackedValues, Scan, Selection
cdef object Summary, Tallies, Loaded, TagNames, MalformedError
cdef object first_edges, float8_values, group_keys, kept_bytes
cdef uint64_t c_too_large


def connect():
    """Import NumPy, and the types of what functions take and return. Only what ``early`` has works before."""
    global np, float64, c_too_large
    global ELEMENT_TYPES, FLOAT32, FLOAT64, INT64, NO_FLOATS, NO_PLACES, FILE, SERIES
    global Blobs, Buckets, Decoded, DrawnLines, GraphNodes, PackedColumn, PackedValues, Scan, Selection
    global Summary, Tallies, Loaded, TagNames, MalformedError, first_edges, float8_values, group_keys, kept_bytes
    import numpy as np

    from cutaway.events import kernel_types as types
    from cutaway.events import tables
    from cutaway.events.wire import MalformedError

    float64, c_too_large = np.float64, types.TOO_LARGE
    ELEMENT_TYPES, FLOAT32, FLOAT64, INT64 = types.ELEMENT_TYPES, types.FLOAT32, types.FLOAT64, types.INT64
    NO_FLOATS, NO_PLACES, FILE, SERIES = types.NO_FLOATS, types.NO_PLACES, tables.FILE, tables.SERIES
    Blobs, Buckets, Decoded, DrawnLines = types.Blobs, types.Buckets, types.Decoded, types.DrawnLines
    GraphNodes, PackedColumn, PackedValues = types.GraphNodes, types.Packed, types.PackedValues
    Scan, Selection, Summary, Tallies = types.Scan, types.Selection, types.Summary, types.Tallies
    Loaded, TagNames, kept_bytes = tables.Loaded, tables.TagNames, tables.kept_bytes
    first_edges, float8_values, group_keys = types.first_edges, types.float8_values, types.group_keys


cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    char* PyBytes_AsString(object data) except NULL
    object PyBytes_FromStringAndSize(const char* data, Py_ssize_t size)
    object PyUnicode_DecodeUTF8(const char* text, Py_ssize_t size, const char* errors)
    object PyUnicode_DecodeFSDefaultAndSize(const char* name, Py_ssize_t size)
    int PyErr_CheckSignals() except -1
    int PyObject_GetBuffer(object data, Py_buffer* view, int flags) except -1
    void PyBuffer_Release(Py_buffer* view)
    const int PyBUF_SIMPLE
    bint PyFloat_Check(object value)
    bint PyLong_Check(object value)
    object PyNumber_Index(object value)
    PyObject* PyDict_GetItem(dict names, object name)
    long long PyLong_AsLongLongAndOverflow(object value, int* overflow) except? -1

cdef extern from "large_pages.h" nogil:
    void* large_realloc(void* old, size_t size)

cdef extern from "crc32c.h" nogil:
    void crc32c_initialize()
    uint32_t crc32c_continued(uint32_t before, const uint8_t* data, size_t size)
    uint32_t crc32c_portable(uint32_t before, const uint8_t* data, size_t size)
    uint32_t crc32c_masked(const uint8_t* data, size_t size)
    bint crc32c_record(const uint8_t* data, uint64_t size, uint64_t* length)

cdef extern from "append.h" nogil:
    int64_t monotonic_nanoseconds()
    int64_t wall_nanoseconds()
    int64_t voluntary_switches()
    int64_t append_bytes(int descriptor, const char* data, size_t size, int* error)
    bint is_unlinked(int descriptor)

crc32c_initialize()

# Where no bytes are: C forbids arithmetic on NULL.
cdef const uint8_t* NOTHING = <const uint8_t*>b""


# Numbers of fixed size, little-endian whatever the machine is.

cdef inline uint32_t load_uint32(const uint8_t* data) noexcept nogil:
    return data[0] | <uint32_t>data[1] << 8 | <uint32_t>data[2] << 16 | <uint32_t>data[3] << 24


cdef inline uint64_t load_uint64(const uint8_t* data) noexcept nogil:
    return load_uint32(data) | <uint64_t>load_uint32(data + 4) << 32


cdef inline float to_float(uint32_t bits) noexcept nogil:
    cdef float value
    memcpy(&value, &bits, 4)
    return value


cdef inline double to_double(uint64_t bits) noexcept nogil:
    cdef double value
    memcpy(&value, &bits, 8)
    return value


cdef inline uint8_t* store_uint32(uint8_t* data, uint32_t value) noexcept nogil:
    cdef int i
    for i in range(4):
        data[i] = <uint8_t>(value >> 8 * i)
    return data + 4


cdef inline uint8_t* store_uint64(uint8_t* data, uint64_t value) noexcept nogil:
    return store_uint32(store_uint32(data, <uint32_t>value), <uint32_t>(value >> 32))


cdef inline uint8_t* store_double(uint8_t* data, double value) noexcept nogil:
    cdef uint64_t bits
    memcpy(&bits, &value, 8)
    return store_uint64(data, bits)


cdef inline uint8_t* store_varint(uint8_t* data, uint64_t value) noexcept nogil:
    while value > 0x7F:
        data[0] = <uint8_t>(value | 0x80)
        data += 1
        value >>= 7
    data[0] = <uint8_t>value
    return data + 1


cdef inline int varint_size(uint64_t value) noexcept nogil:
    cdef int size = 1
    while value > 0x7F:
        size += 1
        value >>= 7
    return size


def crc32c(const uint8_t[::1] data not None, *, uint32_t before=0, bint portable=False):
    """See ``core.crc32c``; ``portable`` computes it without the processor's instruction."""
    cdef const uint8_t* start = &data[0] if data.shape[0] else NOTHING
    cdef size_t size = data.shape[0]
    cdef uint32_t checksum
    with nogil:
        checksum = crc32c_portable(before, start, size) if portable else crc32c_continued(before, start, size)
    return checksum


# Bytes from the start of the buffer.

cdef struct Span:
    uint64_t start
    uint64_t length


# An array of equal items that grows.

cdef struct Array:
    char* items
    size_t item_size
    size_t count
    size_t capacity


cdef void* array_add(Array* array) noexcept nogil:
    """A place for one more item, or NULL when there is no memory for it."""
    cdef size_t capacity
    cdef char* items
    if array.count == array.capacity:
        capacity = array.capacity * 2 if array.capacity else 1024
        items = <char*>large_realloc(array.items, capacity * array.item_size)
        if items == NULL:
            return NULL
        array.items = items
        array.capacity = capacity
    array.count += 1
    return array.items + (array.count - 1) * array.item_size


# One file for each step; together they are one module.
include "_core_scan.pyx"
include "_core_names.pyx"
include "_core_wire.pyx"
include "_core_tensor.pyx"
include "_core_events.pyx"
include "_core_decode.pyx"
include "_core_encode.pyx"
include "_core_lock.pyx"
include "_core_append.pyx"
include "_core_scalar.pyx"
include "_core_packed.pyx"
include "_core_table.pyx"
include "_core_wide.pyx"
include "_core_load.pyx"
include "_core_loaded.pyx"
include "_core_ahead.pyx"
include "_core_map.pyx"
include "_core_listing.pyx"
include "_core_order.pyx"
include "_core_reduce.pyx"
include "_core_draw.pyx"
include "_core_draw_rows.pyx"
include "_core_smooth.pyx"
include "_core_histogram.pyx"
include "_core_watch.pyx"
include "_core_graph.pyx"
include "_core_graph_attributes.pyx"
