# Part of _core.pyx: decode: the protobuf wire format.

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
