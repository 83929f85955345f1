# Part of _core.pyx: the number that a TensorProto holds, of any type and form.

cdef struct Number:
    double real
    int64_t integer
    bint wide  # only int64 holds it


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


cdef bint is_held(uint32_t data_type, uint64_t bits) noexcept nogil:
    """Whether an element of a typed field, whose varint may be longer, is one of its data type."""
    cdef int32_t value = <int32_t>bits
    if data_type == 14 or data_type == 19:
        return <uint32_t>bits <= 0xFFFF
    if data_type == 4:
        return 0 <= value <= 0xFF
    if data_type == 5:
        return -0x8000 <= value <= 0x7FFF
    if data_type == 6:
        return -0x80 <= value <= 0x7F
    return data_type != 17 or 0 <= value <= 0xFFFF


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
        bits = typed_bits[typed_field(data_type)]
        if not is_held(data_type, bits):
            return DONE
        number[0] = element_number(data_type, bits, False)
    is_number[0] = True
    return DONE
