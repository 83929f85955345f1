# Part of _core.pyx: packed columns: packing, unpacking, take and first_from.

cdef extern from "packed.h" nogil:
    ctypedef struct Packed "cutaway_column":
        # Number i is the one before it and a change; without marks each change is `step`.
        int64_t first
        int64_t step
        # Every 64th number, and where its block is.
        const int64_t* marks
        const uint32_t* places
        const char* data
        size_t size
        size_t length
        bint is_float
    ctypedef struct Floats "cutaway_floats":
        # NULL where they are not packed.
        const uint32_t* places
        const char* data
        size_t size
        size_t length
    ctypedef struct Changes "cutaway_changes":
        pass
    uint64_t marked "cutaway_mark"(const Packed* column, size_t block)
    void open_block "cutaway_open_block"(const Packed* column, size_t block, Changes* changes)
    size_t walk "cutaway_walk"(const Changes* changes, bint is_float, uint64_t* bits, size_t i, size_t end, double edge)
    void numbers_of "cutaway_numbers"(const Packed* column, size_t block, uint64_t* numbers)
    void values_of "cutaway_values"(const Floats* column, size_t block, float* values)
    float packed_value "cutaway_value_at"(const Floats* column, size_t i)
    bint is_even "cutaway_is_even"(const int64_t* numbers, size_t length, int64_t* change)
    size_t most_bytes "cutaway_most_bytes"(size_t length)
    size_t pack_numbers "cutaway_pack_numbers"(const int64_t* numbers, size_t length, uint32_t* places, char* data)
    size_t pack_floats "cutaway_pack_values"(
        const float* values, size_t count, uint32_t* place, char* data, size_t size
    )
    size_t block_bytes "cutaway_block_bytes"(size_t count, unsigned width)

cdef enum:
    # A number of so many is known without the others.
    NARROW = 64


cdef inline double coordinate_of(const Packed* column, uint64_t bits) noexcept nogil:
    return to_double(bits) if column.is_float else <double><int64_t>bits


cdef inline size_t walk_block(
    const Packed* column, size_t block, const Changes* changes, uint64_t* bits, size_t i, size_t end, double edge
) noexcept nogil:
    """From number ``i`` of a block, which is ``bits``, to the first one at or beyond an edge; at the most to ``end``,
    which may be behind the last number: there is no change to that."""
    cdef size_t last = min(column.length - block * NARROW, <size_t>NARROW) - 1
    i = walk(changes, column.is_float, bits, i, min(end, last), edge)
    if i == last and i < end and coordinate_of(column, bits[0]) < edge:
        i += 1
    return i


cdef inline size_t blocks_of(size_t length) noexcept nogil:
    return (length + NARROW - 1) // NARROW


cdef const char* bytes_of(object array, size_t* size) except NULL:
    """Where the bytes of an array are, for as long as it lives, and how many."""
    cdef Py_buffer view
    cdef const char* start
    PyObject_GetBuffer(array, &view, PyBUF_SIMPLE)
    start, size[0] = <const char*>view.buf, view.len
    PyBuffer_Release(&view)
    return start if size[0] else <const char*>NOTHING


cdef bint is_within(const uint32_t* places, size_t count, size_t size, size_t length, size_t fewer) noexcept nogil:
    """Whether there is a place of each block, and the last one, of ``fewer`` numbers less, is within the data."""
    cdef size_t blocks = blocks_of(length)
    cdef uint32_t last
    if count < blocks:
        return False
    if not blocks:
        return True
    last = places[blocks - 1]
    return <size_t>(last >> 7) * 8 + 8 + block_bytes(length - (blocks - 1) * NARROW - fewer, last & 127) <= size


cdef int open_packed(Packed* column, object packed, size_t length) except -1:
    """Fill the struct, whose pointers are into the arrays of the column; ValueError where these are too short."""
    cdef size_t marks, places
    first, changes, mark_array, is_float, place_array = packed
    column.first = first
    column.length = length
    column.is_float = is_float
    column.marks = NULL
    if isinstance(changes, int):
        column.step = changes
        return 0
    column.step = 0
    column.data = bytes_of(changes, &column.size)
    column.places = <const uint32_t*>bytes_of(place_array, &places)
    column.marks = <const int64_t*>bytes_of(mark_array, &marks)
    if marks // 8 * NARROW < length or not is_within(column.places, places // 4, column.size, length, 1):
        raise ValueError("a packed column is shorter than its values")
    return 0


cdef int open_floats(Floats* column, object values) except -1:
    """Fill the struct, as ``open_packed`` does."""
    cdef size_t places
    column.length = values.length
    column.data = bytes_of(values.data, &column.size)
    column.places = <const uint32_t*>bytes_of(values.places, &places)
    if not is_within(column.places, places // 4, column.size, column.length, 0):
        raise ValueError("packed values are shorter than their number")
    return 0


cdef int note_values(Floats* floats, object value) except -1:
    """Fill the struct where the values are packed; else its places are NULL."""
    floats.places = NULL
    if isinstance(value, PackedValues):
        open_floats(floats, value)
    return 0


def pack(const int64_t[::1] numbers not None, bint is_float):
    """See ``core.pack``."""
    cdef size_t length = numbers.shape[0], blocks = blocks_of(length), size
    cdef int64_t change
    cdef uint32_t[::1] place_view
    cdef char* data
    if not length:
        raise ValueError("a column of no numbers cannot be packed")
    if is_even(&numbers[0], length, &change):
        return PackedColumn(numbers[0], change, np.empty(0, np.int64), is_float)
    places = np.empty(blocks, np.uint32)
    place_view = places
    data = <char*>malloc(most_bytes(length))
    if data == NULL:
        raise MemoryError
    try:
        with nogil:
            size = pack_numbers(&numbers[0], length, &place_view[0], data)
        changes = np.empty(size, np.uint8)
        copy_to(changes, data, size)
    finally:
        free(data)
    return PackedColumn(numbers[0], changes, np.asarray(numbers)[::NARROW].copy(), is_float, places)


def pack_values(const float[::1] values not None):
    """See ``core.pack_values``."""
    cdef size_t length = values.shape[0], start = 0, size = 0
    cdef uint32_t[::1] place_view
    cdef char* data
    places = np.empty(blocks_of(length), np.uint32)
    place_view = places
    data = <char*>malloc(most_bytes(length))
    if data == NULL:
        raise MemoryError
    try:
        with nogil:
            while start < length:
                size = pack_floats(
                    &values[start], min(length - start, <size_t>NARROW), &place_view[start // NARROW], data, size
                )
                start += NARROW
        if size + 4 * blocks_of(length) >= 4 * length:
            return None
        packed = np.empty(size, np.uint8)
        copy_to(packed, data, size)
    finally:
        free(data)
    return PackedValues(length, places, packed)


cdef int copy_to(uint8_t[::1] target, const char* data, size_t size) except -1:
    if size:
        memcpy(&target[0], data, size)
    return 0


def unpack(packed not None, size_t start, int64_t[::1] target not None):
    """See ``core.unpack``."""
    cdef Packed column
    cdef uint64_t numbers[NARROW]
    cdef size_t count = target.shape[0], at = 0, block, first, some
    if not count:
        return
    open_packed(&column, packed, start + count)
    with nogil:
        while at < count:
            block, first = (start + at) // NARROW, (start + at) % NARROW
            some = min(count - at, NARROW - first)
            if some == NARROW:
                numbers_of(&column, block, <uint64_t*>&target[at])
            else:
                numbers_of(&column, block, numbers)
                memcpy(&target[at], numbers + first, some * 8)
            at += some


def unpack_values(values not None, size_t start, float[::1] target not None):
    """See ``core.unpack_values``."""
    cdef Floats column
    cdef float block_values[NARROW]
    cdef size_t count = target.shape[0], at = 0, first, some
    open_floats(&column, values)
    if start + count > column.length:
        raise ValueError(f"[{start}, {start + count}) is not within {column.length} values")
    with nogil:
        while at < count:
            first = (start + at) % NARROW
            some = min(count - at, NARROW - first)
            if some == NARROW:
                values_of(&column, (start + at) // NARROW, &target[at])
            else:
                values_of(&column, (start + at) // NARROW, block_values)
                memcpy(&target[at], block_values + first, some * 4)
            at += some


def take(packed not None, size_t length, const int64_t[::1] positions not None):
    """See ``core.take``."""
    cdef Packed column
    cdef uint64_t numbers[NARROW]
    cdef size_t i, known = <size_t>-1, wanted
    cdef bint outside = False
    taken = np.empty(positions.shape[0], np.int64)
    cdef int64_t[::1] view = taken
    if not positions.shape[0]:
        return taken
    open_packed(&column, packed, length)
    with nogil:
        for i in range(<size_t>positions.shape[0]):
            wanted = <size_t>positions[i]
            if wanted >= length:
                outside = True
                break
            if wanted // NARROW != known:
                known = wanted // NARROW
                numbers_of(&column, known, numbers)
            view[i] = <int64_t>numbers[wanted % NARROW]
    if outside:
        raise ValueError(f"a position is not within {length} numbers")
    return taken


def take_values(values not None, const int64_t[::1] positions not None):
    """See ``core.take_values``."""
    cdef Floats column
    cdef size_t i
    cdef bint outside = False
    taken = np.empty(positions.shape[0], np.float32)
    cdef float[::1] view = taken
    open_floats(&column, values)
    with nogil:
        for i in range(<size_t>positions.shape[0]):
            if <size_t>positions[i] >= column.length:
                outside = True
                break
            view[i] = packed_value(&column, <size_t>positions[i])
    if outside:
        raise ValueError(f"a position is not within {column.length} values")
    return taken


def first_from(packed not None, size_t length, size_t start, size_t stop, double edge):
    """See ``core.first_from``."""
    cdef Packed column
    if start > stop or stop > length:
        raise ValueError(f"[{start}, {stop}) is not within {length} numbers")
    if start == stop:
        return start
    open_packed(&column, packed, length)
    return first_of(&column, start, stop, edge)


cdef size_t first_of(const Packed* column, size_t start, size_t stop, double edge) noexcept nogil:
    """``first_from`` of a column that is open, for one number or more."""
    # The first block that begins within the range and at or beyond the edge, or behind the range.
    cdef size_t low = start // NARROW + 1, high = (stop - 1) // NARROW + 1, middle, begin
    cdef uint64_t numbers[NARROW]
    cdef size_t i, end
    while low < high:
        middle = (low + high) // 2
        if coordinate_of(column, marked(column, middle)) < edge:
            low = middle + 1
        else:
            high = middle
    begin = (low - 1) * NARROW
    numbers_of(column, low - 1, numbers)
    i, end = max(start, begin), min(stop, begin + NARROW)
    while i < end and coordinate_of(column, numbers[i - begin]) < edge:
        i += 1
    return i
