# Part of _core.pyx: encode and frame: values to records.

cdef enum:
    # What may stand before the values: the frame's header, wall time, step, and the summary's key and length.
    PREFIX_BYTES = 12 + 9 + 11 + 11
    # What a value takes at most beside its tag: keys, lengths, simple_value and field 1000.
    VALUE_BYTES = 48
    SMALL_BYTES = 4096


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
        signed_step = PyNumber_Index(step)
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


def encode_floats(double wall_time, int64_t step, dict values not None):
    """See ``core.encode_floats``."""
    cdef uint8_t small[SMALL_BYTES]
    cdef uint8_t* buffer = small
    cdef uint8_t* end
    cdef uint64_t bound = PREFIX_BYTES + 4
    cdef Py_ssize_t size
    cdef const char* text
    for tag, value in values.items():
        if type(value) is not float or type(tag) is not str:
            return None
        bound += <uint64_t>len(<str>tag) * 4 + VALUE_BYTES
    if bound > SMALL_BYTES:
        buffer = <uint8_t*>malloc(bound)
        if buffer == NULL:
            raise MemoryError
    try:
        end = buffer + PREFIX_BYTES
        for tag, value in values.items():
            try:
                text = PyUnicode_AsUTF8AndSize(tag, &size)
            except UnicodeEncodeError:
                return None
            end = write_value(end, <const uint8_t*>text, size, value)
        return finish_record(buffer, end, wall_time, step)
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
