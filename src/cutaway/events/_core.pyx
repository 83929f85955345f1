# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: freethreading_compatible=True
"""The native kernel: scan, decode, encode, frame and reduce, as ``core`` describes them.

Only buffers and plain C below: no NumPy C-API, and the GIL is released in every loop over data. What is read may be
hostile, so each length is compared, as unsigned 64-bit number, with the bytes that remain before any pointer moves.
"""

from libc.math cimport INFINITY, NAN, fabs, floor, isfinite, isnan, ldexp
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

import os

import numpy as np

from cutaway.events.kernel_types import FLOAT32, FLOAT64, INT64, Buckets, Decoded, Scan

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL
    object PyBytes_FromStringAndSize(const char* data, Py_ssize_t size)
    bint PyLong_Check(object value)
    long long PyLong_AsLongLongAndOverflow(object value, int* overflow) except? -1

cdef extern from "crc32c.h" nogil:
    void crc32c_initialize()
    uint32_t c_crc32c "crc32c"(const uint8_t* data, size_t size)
    uint32_t crc32c_portable(const uint8_t* data, size_t size)
    uint32_t crc32c_masked(const uint8_t* data, size_t size)

crc32c_initialize()


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


def crc32c(const uint8_t[::1] data not None, *, bint portable=False):
    """The plain checksum of a buffer; ``portable`` computes it without the processor's instruction."""
    cdef const uint8_t* start = &data[0] if data.shape[0] else NULL
    return crc32c_portable(start, data.shape[0]) if portable else c_crc32c(start, data.shape[0])


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
        items = <char*>realloc(array.items, capacity * array.item_size)
        if items == NULL:
            return NULL
        array.items = items
        array.capacity = capacity
    array.count += 1
    return array.items + (array.count - 1) * array.item_size


# scan

cdef enum:
    HEADER_BYTES = 12
    FRAME_BYTES = 16
    SEARCH_BUDGET = 8

cdef enum State:
    RECORD, SHORT, UNSETTLED, SKIP, WRONG

cdef struct Span:
    uint64_t start
    uint64_t length

cdef struct Scanner:
    const uint8_t* data
    uint64_t size
    uint64_t spent
    Array records
    Array damage


cdef inline bint valid_header(const uint8_t* header) noexcept nogil:
    return crc32c_masked(header, 8) == load_uint32(header + 8)


cdef State look(Scanner* scanner, uint64_t position, bint searching, uint64_t* length) noexcept nogil:
    """What is at ``position``; ``length`` of the payload for RECORD and SKIP."""
    cdef uint64_t remaining = scanner.size - position
    cdef const uint8_t* start = scanner.data + position
    if remaining < HEADER_BYTES:
        return SHORT
    if not valid_header(start):
        return WRONG
    length[0] = load_uint64(start)
    if remaining < FRAME_BYTES or length[0] > remaining - FRAME_BYTES:
        return UNSETTLED
    if not searching or scanner.spent <= SEARCH_BUDGET * scanner.size:
        if crc32c_masked(start + HEADER_BYTES, length[0]) == load_uint32(start + HEADER_BYTES + length[0]):
            return RECORD
        scanner.spent += length[0]
    remaining -= length[0] + FRAME_BYTES
    if remaining < HEADER_BYTES:
        return UNSETTLED
    return SKIP if valid_header(start + length[0] + FRAME_BYTES) else WRONG


cdef bint add_span(Array* spans, uint64_t start, uint64_t length) noexcept nogil:
    cdef Span* span = <Span*>array_add(spans)
    if span == NULL:
        return False
    span.start = start
    span.length = length
    return True


cdef bint run_scan(
    Scanner* scanner, bint inside_tail, bint in_gap, uint64_t* consumed, uint64_t* searched
) noexcept nogil:
    cdef uint64_t position = 0, gap = 0, unsettled = 0, length = 0
    cdef bint has_unsettled = False
    cdef State state
    while True:
        state = look(scanner, position, in_gap, &length)
        if state == RECORD:
            if in_gap and not add_span(&scanner.damage, gap, position - gap):
                return False
            if not add_span(&scanner.records, position + HEADER_BYTES, length):
                return False
            in_gap = has_unsettled = False
            position += length + FRAME_BYTES
            continue
        if state == SHORT or (state == UNSETTLED and not inside_tail):
            break
        if not in_gap:
            in_gap = True
            gap = position
        if state == SKIP:
            position += length + FRAME_BYTES
            continue
        if state == UNSETTLED and not has_unsettled:
            has_unsettled = True
            unsettled = position
        position += 1
        while scanner.size - position >= HEADER_BYTES and not valid_header(scanner.data + position):
            position += 1
    consumed[0] = gap if in_gap else position
    searched[0] = unsettled if has_unsettled else position
    return True


def scan(const uint8_t[::1] data not None, *, bint inside_tail=False, bint in_gap=False):
    """See ``core.scan``."""
    cdef Scanner scanner
    cdef uint64_t consumed = 0, searched = 0
    cdef bint done
    cdef size_t i, count
    cdef int64_t[::1] offsets, lengths
    cdef Span* spans
    memset(&scanner, 0, sizeof(Scanner))
    scanner.data = &data[0] if data.shape[0] else NULL
    scanner.size = data.shape[0]
    scanner.records.item_size = scanner.damage.item_size = sizeof(Span)
    try:
        with nogil:
            done = run_scan(&scanner, inside_tail, in_gap, &consumed, &searched)
        if not done:
            raise MemoryError
        count = scanner.records.count
        spans = <Span*>scanner.records.items
        offset_array, length_array = np.empty(count, np.int64), np.empty(count, np.int64)
        offsets, lengths = offset_array, length_array
        for i in range(count):
            offsets[i] = spans[i].start
            lengths[i] = spans[i].length
        spans = <Span*>scanner.damage.items
        damage = [(spans[i].start, spans[i].length) for i in range(scanner.damage.count)]
        return Scan(offset_array, length_array, consumed, damage, searched)
    finally:
        free(scanner.records.items)
        free(scanner.damage.items)


# decode: names, each once

cdef struct Name:
    const uint8_t* start
    uint64_t length
    uint64_t hash

cdef struct Names:
    Array names
    int32_t* slots
    size_t slot_count

# Unknown to whoever writes files, so that names cannot be chosen to collide.
cdef uint64_t hash_seed = int.from_bytes(os.urandom(8), "little")


cdef inline uint64_t hash_name(const uint8_t* start, uint64_t length) noexcept nogil:
    cdef uint64_t result = hash_seed ^ length
    while length >= 8:
        result = (result ^ load_uint64(start)) * <uint64_t>0x9E3779B97F4A7C15
        result ^= result >> 29
        start += 8
        length -= 8
    while length:
        result = (result ^ start[0]) * <uint64_t>0x9E3779B97F4A7C15
        start += 1
        length -= 1
    return (result ^ result >> 32) * <uint64_t>0xD6E8FEB86659FD93


cdef bint grow_slots(Names* names) noexcept nogil:
    cdef size_t slot_count = names.slot_count * 2 if names.slot_count else 256
    cdef int32_t* slots = <int32_t*>calloc(slot_count, sizeof(int32_t))
    cdef Name* known = <Name*>names.names.items
    cdef size_t i, slot
    if slots == NULL:
        return False
    for i in range(names.names.count):
        slot = (known[i].hash >> 32) & (slot_count - 1)
        while slots[slot]:
            slot = (slot + 1) & (slot_count - 1)
        slots[slot] = <int32_t>(i + 1)
    free(names.slots)
    names.slots = slots
    names.slot_count = slot_count
    return True


cdef int32_t intern_name(Names* names, const uint8_t* start, uint64_t length) noexcept nogil:
    """The number of a name, the same for equal bytes; -1 when there is no memory. The bytes are not copied."""
    cdef uint64_t hash = hash_name(start, length)
    cdef size_t slot
    cdef Name* name
    if (names.names.count + 1) * 2 > names.slot_count and not grow_slots(names):
        return -1
    slot = (hash >> 32) & (names.slot_count - 1)
    while names.slots[slot]:
        name = <Name*>names.names.items + (names.slots[slot] - 1)
        if name.hash == hash and name.length == length and memcmp(name.start, start, length) == 0:
            return names.slots[slot] - 1
        slot = (slot + 1) & (names.slot_count - 1)
    name = <Name*>array_add(&names.names)
    if name == NULL:
        return -1
    name.start = start
    name.length = length
    name.hash = hash
    names.slots[slot] = <int32_t>names.names.count
    return names.slots[slot] - 1


cdef str name_text(Names* names, size_t i):
    cdef Name* name = <Name*>names.names.items + i
    return PyBytes_FromStringAndSize(<const char*>name.start, name.length).decode("utf-8", "replace")


# decode: the wire

cdef struct Field:
    uint32_t key
    uint64_t value  # of a varint
    const uint8_t* start  # of everything else
    uint64_t length

cdef enum Outcome:
    DONE, MALFORMED, NO_MEMORY


cdef inline bint read_varint(const uint8_t** cursor, const uint8_t* end, uint64_t* value) noexcept nogil:
    cdef uint64_t result = 0
    cdef int shift = 0
    cdef uint8_t byte
    while shift < 70 and cursor[0] < end:
        byte = cursor[0][0]
        cursor[0] += 1
        result |= <uint64_t>(byte & 0x7F) << shift
        if byte < 0x80:
            value[0] = result
            return True
        shift += 7
    return False


cdef inline bint next_field(const uint8_t** cursor, const uint8_t* end, Field* field) noexcept nogil:
    """Take one field off a message that is not at its end; False when it is malformed."""
    cdef uint64_t key = 0
    cdef uint32_t wire_type
    field.value = field.length = 0
    field.start = cursor[0]
    if not read_varint(cursor, end, &key) or key < 8 or key > <uint64_t>0xFFFFFFFF:
        return False
    field.key = <uint32_t>key
    wire_type = key & 7
    if wire_type == 0:
        return read_varint(cursor, end, &field.value)
    if wire_type == 2:
        if not read_varint(cursor, end, &field.length):
            return False
    elif wire_type == 1:
        field.length = 8
    elif wire_type == 5:
        field.length = 4
    else:
        return False
    if field.length > <uint64_t>(end - cursor[0]):
        return False
    field.start = cursor[0]
    cursor[0] += field.length
    return True


# decode: events

cdef struct Number:
    double real
    int64_t integer
    bint wide  # only int64 holds it

cdef struct Point:
    int64_t step
    double wall_time
    Number number
    int32_t tag

cdef struct Decoder:
    Array points
    Array kinds  # int32 each: what was not a scalar
    Names tags
    Names plugins

cdef enum Kind:
    MALFORMED_EVENT, EMPTY, FILE_VERSION, GRAPH, LOG_MESSAGE, SESSION_LOG, RUN_METADATA, META_GRAPH
    IMAGES, HISTOGRAMS, AUDIO, TENSORS, KIND_COUNT

_KIND_NAMES = (
    "malformed", "empty", "file_version", "graph", "log_message", "session_log", "run_metadata", "meta_graph",
    "images", "histograms", "audio", "tensors",
)


cdef inline Outcome add_kind(Decoder* decoder, int32_t kind) noexcept nogil:
    cdef int32_t* place = <int32_t*>array_add(&decoder.kinds)
    if place == NULL:
        return NO_MEMORY
    place[0] = kind
    return DONE


cdef inline Number real_number(double value) noexcept nogil:
    cdef Number number
    number.real = value
    number.integer = 0
    number.wide = False
    return number


cdef inline Number integer_number(int64_t value) noexcept nogil:
    cdef Number number
    number.real = <double>value
    number.integer = value
    number.wide = number.real >= 9223372036854775808.0 or <int64_t>number.real != value
    return number


cdef double half_to_double(uint16_t bits) noexcept nogil:
    cdef int exponent = bits >> 10 & 31
    cdef double fraction = bits & 1023
    cdef double magnitude
    if exponent == 31:
        magnitude = NAN if fraction else INFINITY
    elif exponent == 0:
        magnitude = ldexp(fraction, -24)
    else:
        magnitude = ldexp(fraction + 1024, exponent - 25)
    return -magnitude if bits >> 15 else magnitude


cdef int element_size(uint32_t data_type) noexcept nogil:
    """Bytes of one element of a TensorFlow DataType in tensor_content; 0 when it is not a number that we read."""
    if data_type == 4 or data_type == 6 or data_type == 10:
        return 1
    if data_type == 5 or data_type == 14 or data_type == 17 or data_type == 19:
        return 2
    if data_type == 1 or data_type == 3 or data_type == 22:
        return 4
    if data_type == 2 or data_type == 9 or data_type == 23:
        return 8
    return 0


cdef int typed_field(uint32_t data_type) noexcept nogil:
    """The TensorProto field that holds elements of a data type."""
    if data_type == 1:
        return 5
    if data_type == 2:
        return 6
    if data_type == 9:
        return 10
    if data_type == 10:
        return 11
    if data_type == 14 or data_type == 19:
        return 13
    if data_type == 22:
        return 16
    return 17 if data_type == 23 else 7


cdef Number element_number(uint32_t data_type, uint64_t bits, bint from_content) noexcept nogil:
    """A number from its bits: those of tensor_content, or the varint or fixed number of a typed field."""
    if data_type == 1:
        return real_number(to_float(<uint32_t>bits))
    if data_type == 2:
        return real_number(to_double(bits))
    if data_type == 10:
        return integer_number(bits != 0)
    if data_type == 14:
        return real_number(to_float(<uint32_t>(bits & 0xFFFF) << 16))
    if data_type == 19:
        return real_number(half_to_double(<uint16_t>bits))
    if data_type == 22:
        return integer_number(<int64_t>(bits & <uint64_t>0xFFFFFFFF))
    if data_type == 23:
        return integer_number(<int64_t>bits) if bits >> 63 == 0 else real_number(<double>bits)
    if data_type == 9:
        return integer_number(<int64_t>bits)
    if from_content and data_type == 5:
        return integer_number(<int64_t>(bits ^ 0x8000) - 0x8000)
    if from_content and data_type == 6:
        return integer_number(<int64_t>(bits ^ 0x80) - 0x80)
    if from_content and data_type != 3:
        return integer_number(<int64_t>bits)
    return integer_number(<int32_t>bits)


cdef bint first_element(Field* field, bint* found, uint64_t* bits) noexcept nogil:
    """The first element of a repeated numeric field of TensorProto, packed or not; False when it is malformed."""
    cdef uint32_t number = field.key >> 3
    cdef uint32_t wire_type = field.key & 7
    cdef uint64_t size = 4 if number == 5 else 8
    cdef const uint8_t* cursor = field.start
    found[0] = False
    if number == 5 or number == 6:
        if wire_type == 2 and field.length:
            if field.length % size:
                return False
        elif wire_type != (5 if number == 5 else 1):
            return True
        bits[0] = load_uint32(cursor) if number == 5 else load_uint64(cursor)
    elif wire_type == 0:
        bits[0] = field.value
    elif wire_type != 2 or field.length == 0:
        return True
    elif not read_varint(&cursor, field.start + field.length, bits):
        return False
    found[0] = True
    return True


cdef bint read_shape(const Field* shape, uint32_t* rank, bint* single) noexcept nogil:
    cdef const uint8_t* cursor = shape.start
    cdef const uint8_t* end = shape.start + shape.length
    cdef const uint8_t* dimension
    cdef uint64_t size
    cdef Field field, part
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return False
        if field.key == 0x12:
            size = 0
            dimension = field.start
            while dimension < field.start + field.length:
                if not next_field(&dimension, field.start + field.length, &part):
                    return False
                if part.key == 0x08:
                    size = part.value
            rank[0] += 1
            single[0] = single[0] and size == 1
        elif field.key == 0x18 and field.value:
            single[0] = False
    return True


cdef Outcome read_tensor(
    const Field* tensor, const Field* plugin, bint is_scalars, Number* number, bint* is_number
) noexcept nogil:
    """The number that a TensorProto holds, if it is a scalar of a plug-in that has scalars."""
    cdef const uint8_t* cursor = tensor.start
    cdef const uint8_t* end = tensor.start + tensor.length
    cdef const uint8_t* content = NULL
    cdef uint64_t content_length = 0, bits = 0
    cdef uint32_t data_type = 0, rank = 0, field_number
    cdef bint single = True, found
    cdef int i
    cdef uint64_t typed_bits[18]
    cdef bint typed_known[18]
    cdef Field field
    memset(typed_bits, 0, sizeof(typed_bits))
    memset(typed_known, 0, sizeof(typed_known))
    is_number[0] = False
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        field_number = field.key >> 3
        if field.key == 0x08:
            data_type = <uint32_t>field.value
        elif field.key == 0x12:
            if not read_shape(&field, &rank, &single):
                return MALFORMED
        elif field.key == 0x22:
            content = field.start
            content_length = field.length
        elif (
            5 <= field_number <= 7 or 10 <= field_number <= 11 or field_number == 13 or 16 <= field_number <= 17
        ) and not typed_known[field_number]:
            if not first_element(&field, &found, &bits):
                return MALFORMED
            if found:
                typed_known[field_number] = True
                typed_bits[field_number] = bits
    if plugin.length and not is_scalars:
        return DONE
    if not single or (rank and not is_scalars) or element_size(data_type) == 0:
        return DONE
    if content_length:
        if content_length != <uint64_t>element_size(data_type):
            return MALFORMED
        bits = 0
        for i in range(element_size(data_type)):
            bits |= <uint64_t>content[i] << 8 * i
        number[0] = element_number(data_type, bits, True)
    else:
        number[0] = element_number(data_type, typed_bits[typed_field(data_type)], False)
    is_number[0] = True
    return DONE


cdef bint read_plugin(const Field* metadata, Field* plugin) noexcept nogil:
    """The plug-in's name in a SummaryMetadata: empty when it has none."""
    cdef const uint8_t* cursor = metadata.start
    cdef const uint8_t* end = metadata.start + metadata.length
    cdef const uint8_t* inner
    cdef Field field, part
    plugin.length = 0
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return False
        if field.key != 0x0A:
            continue
        inner = field.start
        while inner < field.start + field.length:
            if not next_field(&inner, field.start + field.length, &part):
                return False
            if part.key == 0x0A:
                plugin[0] = part
    return True


cdef bint read_exact(const Field* message, Number* exact, bint* known) noexcept nogil:
    """Field 1000: the value before it was rounded to float32."""
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef Field field
    known[0] = False
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return False
        if field.key == 0x09:
            exact[0] = real_number(to_double(load_uint64(field.start)))
            known[0] = True
        elif field.key == 0x10:
            exact[0] = integer_number(<int64_t>(field.value >> 1 ^ (<uint64_t>0 - (field.value & 1))))
            known[0] = True
    return True


cdef Outcome read_value(Decoder* decoder, const Field* message) noexcept nogil:
    """One Summary.Value: a point, or what else it is."""
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef Field field, tag, plugin, tensor
    cdef int32_t kind = EMPTY
    cdef bint has_simple = False, has_tensor = False, has_exact = False, is_number, is_scalars
    cdef float simple = 0
    cdef Number number, exact
    cdef Point* point
    cdef Outcome outcome
    cdef int32_t name
    tag.start = plugin.start = tensor.start = message.start
    tag.length = plugin.length = tensor.length = 0
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == 0x0A:
            tag = field
        elif field.key == 0x15:
            simple = to_float(load_uint32(field.start))
            has_simple, has_tensor = True, False
        elif field.key == 0x42:
            tensor = field
            has_simple, has_tensor = False, True
        elif field.key == 0x1A or field.key == 0x2A or field.key == 0x22 or field.key == 0x32:
            kind = IMAGES if field.key == 0x22 else AUDIO if field.key == 0x32 else HISTOGRAMS
            has_simple = has_tensor = False
        elif field.key == 0x4A:
            if not read_plugin(&field, &plugin):
                return MALFORMED
        elif field.key == 0x1F42:
            if not read_exact(&field, &exact, &has_exact):
                return MALFORMED
    is_scalars = plugin.length == 7 and memcmp(plugin.start, b"scalars", 7) == 0
    is_number = has_simple
    if has_simple:
        number = real_number(simple)
        # The exact value counts only if it rounds to the simple one: else somebody changed one of the two.
        if has_exact and <float>exact.real == simple:
            number = exact
    elif has_tensor:
        outcome = read_tensor(&tensor, &plugin, is_scalars, &number, &is_number)
        if outcome != DONE:
            return outcome
        if not is_number and (is_scalars or plugin.length == 0):
            return add_kind(decoder, TENSORS)
    if is_number:
        name = intern_name(&decoder.tags, tag.start, tag.length)
        point = <Point*>array_add(&decoder.points)
        if name < 0 or point == NULL:
            return NO_MEMORY
        point.tag = name
        point.number = number
        return DONE
    if plugin.length == 0 or (not has_tensor and kind != EMPTY):
        return add_kind(decoder, kind)
    name = intern_name(&decoder.plugins, plugin.start, plugin.length)
    return NO_MEMORY if name < 0 else add_kind(decoder, KIND_COUNT + name)


cdef Outcome read_event(Decoder* decoder, const uint8_t* cursor, const uint8_t* end) noexcept nogil:
    cdef Field field, part
    cdef const uint8_t* inner
    cdef double wall_time = 0
    cdef int64_t step = 0
    cdef size_t first_point = decoder.points.count, first_kind = decoder.kinds.count, i
    cdef Point* points
    cdef Outcome outcome = DONE
    cdef int32_t kind
    while cursor < end and outcome == DONE:
        if not next_field(&cursor, end, &field):
            outcome = MALFORMED
        elif field.key == 0x09:
            wall_time = to_double(load_uint64(field.start))
        elif field.key == 0x10:
            step = <int64_t>field.value
        elif field.key == 0x2A:
            inner = field.start
            while inner < field.start + field.length and outcome == DONE:
                if not next_field(&inner, field.start + field.length, &part):
                    outcome = MALFORMED
                elif part.key == 0x0A:
                    outcome = read_value(decoder, &part)
        else:
            kind = (
                FILE_VERSION if field.key == 0x1A else GRAPH if field.key == 0x22
                else LOG_MESSAGE if field.key == 0x32 else SESSION_LOG if field.key == 0x3A
                else RUN_METADATA if field.key == 0x42 else META_GRAPH if field.key == 0x4A else -1
            )
            if kind >= 0:
                outcome = add_kind(decoder, kind)
    if outcome == MALFORMED:
        decoder.points.count = first_point
        decoder.kinds.count = first_kind
        return add_kind(decoder, MALFORMED_EVENT)
    if outcome == NO_MEMORY:
        return NO_MEMORY
    if decoder.points.count == first_point and decoder.kinds.count == first_kind:
        return add_kind(decoder, EMPTY)
    points = <Point*>decoder.points.items
    for i in range(first_point, decoder.points.count):
        points[i].wall_time = wall_time
        points[i].step = step
    return DONE


def decode(const uint8_t[::1] data not None, const int64_t[::1] offsets not None, const int64_t[::1] lengths not None):
    """See ``core.decode``."""
    cdef Decoder decoder
    cdef const uint8_t* start = &data[0] if data.shape[0] else NULL
    cdef uint64_t size = data.shape[0]
    cdef Py_ssize_t count = offsets.shape[0], i
    cdef Outcome outcome = DONE
    if lengths.shape[0] != count:
        raise ValueError(f"offsets and lengths must be equally many, got {count} and {lengths.shape[0]}")
    for i in range(count):
        if <uint64_t>offsets[i] > size or <uint64_t>lengths[i] > size - <uint64_t>offsets[i]:
            raise ValueError(f"record {i} is not within the buffer of {size} bytes")
    memset(&decoder, 0, sizeof(Decoder))
    decoder.points.item_size = sizeof(Point)
    decoder.kinds.item_size = sizeof(int32_t)
    decoder.tags.names.item_size = decoder.plugins.names.item_size = sizeof(Name)
    try:
        with nogil:
            for i in range(count):
                outcome = read_event(&decoder, start + offsets[i], start + offsets[i] + lengths[i])
                if outcome == NO_MEMORY:
                    break
        if outcome == NO_MEMORY:
            raise MemoryError
        return group_points(&decoder)
    finally:
        free(decoder.points.items)
        free(decoder.kinds.items)
        free(decoder.tags.names.items)
        free(decoder.tags.slots)
        free(decoder.plugins.names.items)
        free(decoder.plugins.slots)


cdef group_points(Decoder* decoder):
    """The points as columns: a counting sort by tag, tags in the order of their first points."""
    cdef size_t count = decoder.points.count, name_count = decoder.tags.names.count, i
    cdef Point* points = <Point*>decoder.points.items
    cdef Point* point
    cdef int32_t tag
    cdef size_t tag_count = 0
    cdef int64_t place
    new_tag_array = np.full(name_count, -1, np.int32)
    name_array = np.zeros(name_count, np.int32)
    starts_array = np.zeros(name_count + 1, np.int64)
    next_array = np.zeros(name_count, np.int64)
    flags_array = np.zeros((name_count, 3), np.uint8)
    step_array, wall_array, value_array = (np.empty(count, dtype) for dtype in (np.int64, np.float64, np.float64))
    cdef int32_t[::1] new_tag = new_tag_array, name_of = name_array
    cdef int64_t[::1] starts = starts_array, next_place = next_array, step = step_array
    cdef uint8_t[:, ::1] flags = flags_array
    cdef double[::1] wall = wall_array, value = value_array
    cdef double real
    with nogil:
        for i in range(count):
            point = points + i
            tag = new_tag[point.tag]
            if tag < 0:
                tag = <int32_t>tag_count
                new_tag[point.tag] = tag
                name_of[tag] = point.tag
                tag_count += 1
            point.tag = tag
            starts[tag + 1] += 1
            real = point.number.real
            if point.number.wide:
                flags[tag, 0] = flags[tag, 1] = 1
            elif not (<double><float>real == real or isnan(real)):
                flags[tag, 0] = 1
            if not point.number.wide and not (
                real == floor(real) and -9223372036854775808.0 <= real < 9223372036854775808.0
            ):
                flags[tag, 2] = 1
        for i in range(tag_count):
            starts[i + 1] += starts[i]
            next_place[i] = starts[i]
        for i in range(count):
            point = points + i
            place = next_place[point.tag]
            next_place[point.tag] += 1
            step[place] = point.step
            wall[place] = point.wall_time
            value[place] = point.number.real
    rounded, wide, fractional = (flags_array[:tag_count, i] != 0 for i in range(3))
    kinds = np.where(rounded, np.where(wide & ~fractional, INT64, FLOAT64), FLOAT32).astype(np.uint8)
    integer_array = np.zeros(0, np.int64)
    if (kinds == INT64).any():
        integer_array = fill_integers(points, count, starts_array, kinds)
    tags = [name_text(&decoder.tags, name_of[i]) for i in range(tag_count)]
    return Decoded(
        tags, starts_array[: tag_count + 1], step_array, wall_array, value_array, kinds, integer_array, count_kinds(decoder)
    )


cdef fill_integers(Point* points, size_t count, starts_array, kinds):
    """int64[n] with the values of the tags whose kind is INT64."""
    integer_array = np.zeros(count, np.int64)
    next_array = starts_array.copy()
    int64_array = kinds == INT64
    cdef int64_t[::1] integer = integer_array, next_place = next_array
    cdef const uint8_t[::1] is_int64 = int64_array.view(np.uint8)
    cdef Point* point
    cdef size_t i
    with nogil:
        for i in range(count):
            point = points + i
            if is_int64[point.tag]:
                integer[next_place[point.tag]] = (
                    point.number.integer if point.number.wide else <int64_t>point.number.real
                )
                next_place[point.tag] += 1
    return integer_array


cdef dict count_kinds(Decoder* decoder):
    cdef size_t name_count = KIND_COUNT + decoder.plugins.names.count, i
    cdef int32_t* kinds = <int32_t*>decoder.kinds.items
    count_array = np.zeros(name_count, np.int64)
    cdef int64_t[::1] counts = count_array
    with nogil:
        for i in range(decoder.kinds.count):
            counts[kinds[i]] += 1
    others = {}
    for i in range(name_count):
        if counts[i]:
            name = _KIND_NAMES[i] if i < KIND_COUNT else name_text(&decoder.plugins, i - KIND_COUNT)
            others[name] = others.get(name, 0) + counts[i]
    return others


# encode

cdef enum:
    # What may stand before the values: the frame's header, wall time, step, and the summary's key and length.
    PREFIX_BYTES = 12 + 9 + 11 + 11
    # What a value takes at most beside its tag: keys, lengths, simple_value and field 1000.
    VALUE_BYTES = 48
    SMALL_BYTES = 1024


def encode(double wall_time, step, tags, values):
    """See ``core.encode``."""
    cdef uint8_t small[SMALL_BYTES]
    cdef uint8_t* buffer = small
    cdef uint8_t* end
    cdef uint64_t bound = PREFIX_BYTES + 4
    cdef Py_ssize_t count = len(tags), i, size
    cdef int64_t signed_step
    cdef const char* text
    if len(values) != count:
        raise ValueError(f"tags and values must be equally many, got {count} and {len(values)}")
    try:
        signed_step = step
    except OverflowError:
        raise OverflowError(f"step must fit into a signed 64-bit integer, got {step}") from None
    encoded = []
    for tag in tags:
        try:
            PyUnicode_AsUTF8AndSize(tag, &size)
        except UnicodeEncodeError:
            tag = tag.encode("utf-8", "replace").decode()
            PyUnicode_AsUTF8AndSize(tag, &size)
        encoded.append(tag)
        bound += <uint64_t>size + VALUE_BYTES
    if bound > SMALL_BYTES:
        buffer = <uint8_t*>malloc(bound)
        if buffer == NULL:
            raise MemoryError
    try:
        end = buffer + PREFIX_BYTES
        for i in range(count):
            text = PyUnicode_AsUTF8AndSize(encoded[i], &size)
            end = write_value(end, <const uint8_t*>text, size, values[i])
        return finish_record(buffer, end, wall_time, signed_step)
    finally:
        if buffer != small:
            free(buffer)


cdef uint8_t* write_value(uint8_t* end, const uint8_t* tag, uint64_t tag_size, value) except NULL:
    """Append one Summary.Value and its key to the summary."""
    cdef double number = value
    cdef float rounded = <float>number
    cdef uint32_t bits
    cdef int overflow = 1
    cdef int64_t integer = 0
    cdef uint64_t zigzag = 0, size, exact_size = 0
    if PyLong_Check(value):
        integer = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow == 0:
        zigzag = <uint64_t>integer << 1 ^ (<uint64_t>0 - (<uint64_t>integer >> 63))
        if <double>rounded >= 9223372036854775808.0 or <int64_t>rounded != integer:
            exact_size = 1 + varint_size(zigzag)
    elif <double>rounded != number and not isnan(number):
        exact_size = 9
    size = 5
    if tag_size:
        size += 1 + varint_size(tag_size) + tag_size
    if exact_size:
        size += 3 + exact_size
    end[0] = 0x0A
    end = store_varint(end + 1, size)
    if tag_size:
        end[0] = 0x0A
        end = store_varint(end + 1, tag_size)
        memcpy(end, tag, tag_size)
        end += tag_size
    memcpy(&bits, &rounded, 4)
    end[0] = 0x15
    end = store_uint32(end + 1, bits)
    if exact_size:
        end = store_varint(end, 0x1F42)
        end = store_varint(end, exact_size)
        if overflow == 0:
            end[0] = 0x10
            return store_varint(end + 1, zigzag)
        end[0] = 0x09
        return store_double(end + 1, number)
    return end


cdef finish_record(uint8_t* buffer, uint8_t* end, double wall_time, int64_t step):
    """Put what comes before the values where it ends exactly at them, then the checksums."""
    cdef uint64_t summary_size = end - buffer - PREFIX_BYTES
    cdef uint64_t zero = 0
    cdef bint has_time = memcmp(&wall_time, &zero, 8) != 0
    cdef uint8_t* payload = buffer + PREFIX_BYTES - 1 - varint_size(summary_size)
    cdef uint8_t* place
    payload -= (9 if has_time else 0) + (1 + varint_size(<uint64_t>step) if step else 0)
    place = payload
    if has_time:
        place[0] = 0x09
        place = store_double(place + 1, wall_time)
    if step:
        place[0] = 0x10
        place = store_varint(place + 1, <uint64_t>step)
    place[0] = 0x2A
    store_varint(place + 1, summary_size)
    place = payload - HEADER_BYTES
    store_uint64(place, end - payload)
    store_uint32(place + 8, crc32c_masked(place, 8))
    end = store_uint32(end, crc32c_masked(payload, end - payload))
    return PyBytes_FromStringAndSize(<const char*>place, end - place)


def frame(const uint8_t[::1] payload not None):
    """See ``core.frame``."""
    cdef uint64_t size = payload.shape[0]
    cdef const uint8_t* start = &payload[0] if size else NULL
    cdef uint8_t ends[FRAME_BYTES]
    store_uint64(ends, size)
    store_uint32(ends + 8, crc32c_masked(ends, 8))
    with nogil:
        store_uint32(ends + HEADER_BYTES, crc32c_masked(start, size))
    return b"".join((ends[:HEADER_BYTES], payload, ends[HEADER_BYTES:FRAME_BYTES]))


# reduce

ctypedef fused Real:
    float
    double


cdef struct Sums:
    double sum
    double correction


cdef double accumulate(
    const double* coordinate, const Real* value, size_t count, int level, int64_t origin, uint64_t size, double scale,
    Sums* sums, uint32_t* finite, uint32_t* nan, uint32_t* pos_inf, uint32_t* neg_inf, double* lowest, double* highest,
) noexcept nogil:
    """Fill the buckets; returns the largest finite magnitude. Sums are compensated (Neumaier 1974)."""
    cdef size_t i
    cdef uint64_t bucket
    cdef double place, number, total, largest = 0
    cdef bint plain = -1000 < level < 1000
    cdef double factor = ldexp(1.0, -level) if plain else 1.0
    for i in range(count):
        place = floor(coordinate[i] * factor if plain else ldexp(coordinate[i], -level))
        if not fabs(place) < 4611686018427387904.0:
            continue
        bucket = <uint64_t><int64_t>place - <uint64_t>origin
        if bucket >= size:
            continue
        number = value[i]
        if not isfinite(number):
            if isnan(number):
                nan[bucket] += 1
            elif number > 0:
                pos_inf[bucket] += 1
            else:
                neg_inf[bucket] += 1
            continue
        finite[bucket] += 1
        largest = max(largest, fabs(number))
        if not number >= lowest[bucket]:
            lowest[bucket] = number
        if not number <= highest[bucket]:
            highest[bucket] = number
        number *= scale
        total = sums[bucket].sum + number
        if fabs(sums[bucket].sum) >= fabs(number):
            sums[bucket].correction += (sums[bucket].sum - total) + number
        else:
            sums[bucket].correction += (number - total) + sums[bucket].sum
        sums[bucket].sum = total
    return largest


cdef reduce_real(const double[::1] coordinate, const Real[::1] value, int level, int64_t origin, uint64_t size):
    cdef size_t count = coordinate.shape[0], i
    cdef double scale = 1.0, largest = 0
    counts = np.empty((4, size), np.uint32)
    statistics = np.empty((3, size))
    cdef uint32_t[:, ::1] count_view = counts
    cdef double[:, ::1] view = statistics
    cdef Sums* sums = NULL
    if size and count:
        sums = <Sums*>malloc(size * sizeof(Sums))
        if sums == NULL:
            raise MemoryError
    try:
        for scale in (1.0, 2.0**-64):
            # NaN, which no comparison is true of, stands for "no value yet".
            statistics[:] = NAN
            counts[:] = 0
            if sums == NULL:
                break
            with nogil:
                memset(sums, 0, size * sizeof(Sums))
                largest = accumulate(
                    &coordinate[0], &value[0], count, level, origin, size, scale, sums, &count_view[0, 0],
                    &count_view[1, 0], &count_view[2, 0], &count_view[3, 0], &view[1, 0], &view[2, 0],
                )
            # Where a sum could overflow: again, scaled.
            if largest <= 2.0**900:
                break
        if sums != NULL:
            for i in range(size):
                if count_view[0, i]:
                    view[0, i] = (sums[i].sum + sums[i].correction) / count_view[0, i] / scale
                    view[0, i] = min(max(view[0, i], view[1, i]), view[2, i])
    finally:
        free(sums)
    return Buckets(counts[0], counts[1], counts[2], counts[3], statistics[0], statistics[1], statistics[2])


def reduce(coordinate not None, value not None, int level, int64_t origin, Py_ssize_t size):
    """See ``core.reduce``."""
    if len(coordinate) != len(value):
        raise ValueError(f"coordinate and value must be equally long, got {len(coordinate)} and {len(value)}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    coordinate = np.ascontiguousarray(coordinate, np.float64)
    if value.dtype == np.float32:
        return reduce_real[float](coordinate, np.ascontiguousarray(value), level, origin, size)
    return reduce_real[double](coordinate, np.ascontiguousarray(value, np.float64), level, origin, size)
