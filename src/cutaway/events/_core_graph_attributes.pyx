# Part of _core.pyx: what graph_nodes reads of a node's attributes: shapes and dtype of its outputs, functions it names.

cdef Outcome read_attribute(
    GraphReader* reader, const Field* attribute, Field* shapes, int32_t* dtype, int* rank
) noexcept nogil:
    """Note the shapes of the outputs, their dtype or the functions that are called, when this attribute has them."""
    cdef const uint8_t* cursor = attribute.start
    cdef const uint8_t* end = attribute.start + attribute.length
    cdef Field field, key, value
    cdef int its_rank
    cdef Outcome outcome
    memset(&key, 0, sizeof(Field))
    memset(&value, 0, sizeof(Field))
    key.start = value.start = cursor
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == (1 << 3 | 2):
            key = field
        elif field.key == (2 << 3 | 2):
            value = field
    if key.length == 14 and memcmp(key.start, SHAPES_KEY, 14) == 0:
        shapes[0] = value
    its_rank = dtype_rank(&key)
    cursor = value.start
    end = value.start + value.length
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == 6 << 3 and its_rank and its_rank >= rank[0]:
            dtype[0] = <int32_t>field.value
            rank[0] = its_rank
        elif field.key == (10 << 3 | 2):
            outcome = read_call(reader, &key, &field)
            if outcome != DONE:
                return outcome
        elif field.key == (1 << 3 | 2):
            outcome = read_calls(reader, &key, &field)
            if outcome != DONE:
                return outcome
    return DONE


cdef inline int dtype_rank(const Field* key) noexcept nogil:
    """How much the attribute of a name says of the dtype of the outputs: 0 for nothing."""
    if key.length == 1 and key.start[0] == c"T":
        return 1
    if key.length == 5 and memcmp(key.start, DTYPE_KEY, 5) == 0:
        return 2
    if (
        (key.length == 4 and memcmp(key.start, CAST_KEY, 4) == 0)
        or (key.length == 8 and memcmp(key.start, OUT_KEY, 8) == 0)
        or (key.length == 11 and memcmp(key.start, OUTPUT_KEY, 11) == 0)
    ):
        return 3
    return 0


cdef Outcome read_calls(GraphReader* reader, const Field* key, const Field* values) noexcept nogil:
    """The functions in an attribute's list: field 9 has them."""
    cdef const uint8_t* cursor = values.start
    cdef const uint8_t* end = values.start + values.length
    cdef Field field
    cdef Outcome outcome
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == (9 << 3 | 2):
            outcome = read_call(reader, key, &field)
            if outcome != DONE:
                return outcome
    return DONE


cdef Outcome read_call(GraphReader* reader, const Field* key, const Field* function) noexcept nogil:
    """One function that is called: field 1 of a NameAttrList has its name."""
    cdef const uint8_t* cursor = function.start
    cdef const uint8_t* end = function.start + function.length
    cdef Field field, name
    cdef GraphCall* call
    memset(&name, 0, sizeof(Field))
    name.start = function.start
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == (1 << 3 | 2):
            name = field
    if not may_add(reader):
        return MALFORMED
    call = <GraphCall*>array_add(&reader.calls)
    if call == NULL:
        return NO_MEMORY
    call.attribute = intern_name(&reader.words, key.start, key.length)
    call.function = intern_name(&reader.words, name.start, name.length)
    return NO_MEMORY if call.attribute < 0 or call.function < 0 else DONE


cdef Outcome read_output_shapes(GraphReader* reader, const Field* value) noexcept nogil:
    """The shapes in an AttrValue: its list has them in field 7."""
    cdef const uint8_t* cursor = value.start
    cdef const uint8_t* end = value.start + value.length
    cdef const uint8_t* inner
    cdef const uint8_t* inner_end
    cdef Field field, shape
    cdef Outcome outcome
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key != (1 << 3 | 2):
            continue
        inner = field.start
        inner_end = field.start + field.length
        while inner < inner_end:
            if not next_field(&inner, inner_end, &shape):
                return MALFORMED
            if shape.key == (7 << 3 | 2):
                outcome = read_output_shape(reader, &shape)
                if outcome != DONE:
                    return outcome
    return DONE


cdef Outcome read_output_shape(GraphReader* reader, const Field* shape) noexcept nogil:
    """One TensorShapeProto: sizes in field 2, and in field 3 whether nobody knows how many there are."""
    cdef const uint8_t* cursor = shape.start
    cdef const uint8_t* end = shape.start + shape.length
    cdef const uint8_t* inner
    cdef const uint8_t* inner_end
    cdef Field field, size
    cdef GraphOutput* output
    cdef int64_t* place
    if not may_add(reader):
        return MALFORMED
    output = <GraphOutput*>array_add(&reader.outputs)
    if output == NULL:
        return NO_MEMORY
    output.first_size = reader.sizes.count
    output.is_known = True
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == 3 << 3:
            output.is_known = field.value == 0
        elif field.key == (2 << 3 | 2):
            if not may_add(reader):
                return MALFORMED
            place = <int64_t*>array_add(&reader.sizes)
            if place == NULL:
                return NO_MEMORY
            place[0] = 0
            inner = field.start
            inner_end = field.start + field.length
            while inner < inner_end:
                if not next_field(&inner, inner_end, &size):
                    return MALFORMED
                if size.key == 1 << 3:
                    place[0] = <int64_t>size.value
    return DONE
