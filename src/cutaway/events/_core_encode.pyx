# Part of _core.pyx: encode and frame: values to records.

cdef enum:
    # What may stand before the values: the frame's header, wall time, step, and the summary's key and length.
    PREFIX_BYTES = 12 + 9 + 11 + 11
    # The most bytes that a value takes beside its tag: keys, lengths, simple_value and field 1000.
    VALUE_BYTES = 48
    # The payload's checksum.
    SUFFIX_BYTES = 4
    SMALL_BYTES = 4096


cdef struct Record:
    # A record that grows at its end; before its values there is room for what depends on their size.
    uint8_t small[SMALL_BYTES]
    uint8_t* buffer
    uint64_t capacity
    uint8_t* end
    # Set by record_finish.
    uint8_t* start


def encode(double wall_time, step, tags, values):
    """See ``core.encode``."""
    cdef Record record
    cdef int64_t signed_step = to_step(step)
    if len(values) != len(tags):
        raise ValueError(f"tags and values must be equally many, got {len(tags)} and {len(values)}")
    record_begin(&record)
    try:
        for tag, value in zip(tags, values):
            record_add(&record, tag, value)
        record_finish(&record, wall_time, signed_step)
        return PyBytes_FromStringAndSize(<const char*>record.start, record.end - record.start)
    finally:
        record_free(&record)


def encode_mapping(double wall_time, step, dict values not None):
    """See ``core.encode_mapping``."""
    cdef Record record
    cdef int64_t signed_step = to_step(step)
    record_begin(&record)
    try:
        for tag, value in values.items():
            if not isinstance(tag, str):
                return None
            if not (PyFloat_Check(value) or PyLong_Check(value)):
                try:
                    value = value.item()
                except Exception:
                    return None
                if not (PyFloat_Check(value) or PyLong_Check(value)):
                    return None
            try:
                record_add(&record, tag, value)
            except OverflowError:
                return None
        record_finish(&record, wall_time, signed_step)
        return PyBytes_FromStringAndSize(<const char*>record.start, record.end - record.start)
    finally:
        record_free(&record)


cdef int64_t to_step(step) except? -1:
    cdef int overflow = 1
    cdef int64_t number = 0
    if PyLong_Check(step):
        number = PyLong_AsLongLongAndOverflow(step, &overflow)
    if not overflow:
        return number
    try:
        return PyNumber_Index(step)
    except OverflowError:
        raise OverflowError(f"step must fit into a signed 64-bit integer, got {step}") from None


cdef void record_begin(Record* record) noexcept:
    record.buffer = record.small
    record.capacity = SMALL_BYTES
    record.end = record.buffer + PREFIX_BYTES


cdef void record_free(Record* record) noexcept:
    if record.buffer != record.small:
        free(record.buffer)


cdef int record_add(Record* record, tag, value) except -1:
    """Append a value; the tag gets question marks where it is not Unicode."""
    cdef Py_ssize_t size
    cdef const char* text
    cdef uint8_t* buffer
    cdef uint64_t used = record.end - record.buffer, needed
    try:
        text = PyUnicode_AsUTF8AndSize(tag, &size)
    except UnicodeEncodeError:
        tag = tag.encode("utf-8", "replace").decode()
        text = PyUnicode_AsUTF8AndSize(tag, &size)
    needed = used + <uint64_t>size + VALUE_BYTES + SUFFIX_BYTES
    if needed > record.capacity:
        buffer = <uint8_t*>malloc(2 * needed)
        if buffer == NULL:
            raise MemoryError
        memcpy(buffer, record.buffer, used)
        record_free(record)
        record.buffer = buffer
        record.capacity = 2 * needed
        record.end = buffer + used
    record.end = write_value(record.end, <const uint8_t*>text, size, value)
    return 0


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


cdef int record_finish(Record* record, double wall_time, int64_t step) except -1:
    """Put what comes before the values where it ends exactly at them, then the checksums."""
    cdef uint64_t summary_size = record.end - record.buffer - PREFIX_BYTES
    cdef uint64_t zero = 0
    cdef bint has_time = memcmp(&wall_time, &zero, 8) != 0
    cdef uint8_t* payload = record.buffer + PREFIX_BYTES - 1 - varint_size(summary_size)
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
    check_size(record.end - payload)
    record.start = payload - HEADER_BYTES
    store_uint64(record.start, record.end - payload)
    store_uint32(record.start + 8, crc32c_masked(record.start, 8))
    record.end = store_uint32(record.end, crc32c_masked(payload, record.end - payload))
    return 0


cdef int check_size(uint64_t payload_size) except -1:
    if payload_size >= c_too_large:
        raise ValueError(f"a record must be smaller than 2 GiB, got {payload_size:,} bytes")
    return 0


def frame(const uint8_t[::1] payload not None):
    """See ``core.frame``."""
    cdef uint64_t size = payload.shape[0]
    cdef const uint8_t* start = &payload[0] if size else NOTHING
    cdef uint8_t ends[FRAME_BYTES]
    check_size(size)
    store_uint64(ends, size)
    store_uint32(ends + 8, crc32c_masked(ends, 8))
    with nogil:
        store_uint32(ends + HEADER_BYTES, crc32c_masked(start, size))
    return b"".join((ends[:HEADER_BYTES], payload, ends[HEADER_BYTES:FRAME_BYTES]))
