# Part of _core.pyx: take and first_from: packed columns.

cdef extern from "reduce.h" nogil:
    size_t walk "cutaway_walk"(
        const char* changes, int width, int64_t step, bint is_float, uint64_t* bits, size_t i, size_t end, double edge
    )


cdef enum:
    # A number of so many is known without the others.
    NARROW = 64


cdef struct Packed:
    # Number i is the one before it and changes[i - 1], of `width` bytes; with width 0 each change is `step`.
    int64_t first
    int64_t step
    const char* changes
    int width
    # Every 64th number, where the width is not 0.
    const int64_t* marks
    size_t length
    bint is_float


cdef inline uint64_t change_at(const Packed* column, size_t i) noexcept nogil:
    if column.width == 2:
        return <uint64_t><int64_t>(<const int16_t*>column.changes)[i]
    if column.width == 4:
        return <uint64_t><int64_t>(<const int32_t*>column.changes)[i]
    if column.width == 8:
        return <uint64_t>(<const int64_t*>column.changes)[i]
    return <uint64_t>column.step


cdef inline uint64_t marked(const Packed* column, size_t block) noexcept nogil:
    """The number at which a block of 64 starts."""
    if column.width:
        return <uint64_t>column.marks[block]
    return <uint64_t>column.first + <uint64_t>column.step * (block * NARROW)


cdef inline double coordinate_of(const Packed* column, uint64_t bits) noexcept nogil:
    return to_double(bits) if column.is_float else <double><int64_t>bits


cdef int open_packed(
    Packed* column, object packed, const int64_t[::1] marks, const uint8_t[::1] changes, size_t length
) except -1:
    """Fill the struct, whose pointers are into the two views; raises ValueError where they are too short."""
    cdef bint regular = isinstance(packed.changes, int)
    column.first = packed.first
    column.step = packed.changes if regular else 0
    column.width = 0 if regular else packed.changes.dtype.itemsize
    column.length = length
    column.is_float = packed.is_float
    column.changes = <const char*>&changes[0] if changes.shape[0] else <const char*>NOTHING
    column.marks = &marks[0] if marks.shape[0] else NULL
    if not regular and (
        <size_t>changes.shape[0] < (length - 1) * column.width or <size_t>marks.shape[0] * NARROW < length
    ):
        raise ValueError("a packed column is shorter than its values")
    return 0


cdef object views_of(object packed):
    """Marks and changes as buffers of int64 and of bytes."""
    if isinstance(packed.changes, int):
        return np.empty(0, np.int64), np.empty(0, np.uint8)
    return packed.marks, packed.changes.view(np.uint8)


def take(packed not None, size_t length, const int64_t[::1] positions not None):
    """See ``core.take``."""
    cdef Packed column
    cdef size_t i, at = 0, wanted
    cdef uint64_t bits
    cdef bint outside = False
    marks, changes = views_of(packed)
    taken = np.empty(positions.shape[0], np.int64)
    cdef int64_t[::1] view = taken
    if not positions.shape[0]:
        return taken
    open_packed(&column, packed, marks, changes, length)
    with nogil:
        bits = <uint64_t>column.first
        for i in range(<size_t>positions.shape[0]):
            wanted = <size_t>positions[i]
            if wanted >= length:
                outside = True
                break
            if wanted < at or wanted - at > NARROW:
                at = wanted // NARROW * NARROW
                bits = marked(&column, wanted // NARROW)
            while at < wanted:
                bits += change_at(&column, at)
                at += 1
            view[i] = <int64_t>bits
    if outside:
        raise ValueError(f"a position is not within {length} numbers")
    return taken


def first_from(packed not None, size_t length, size_t start, size_t stop, double edge):
    """See ``core.first_from``."""
    cdef Packed column
    marks, changes = views_of(packed)
    if start > stop or stop > length:
        raise ValueError(f"[{start}, {stop}) is not within {length} numbers")
    if start == stop:
        return start
    open_packed(&column, packed, marks, changes, length)
    return first_of(&column, start, stop, edge)


cdef size_t first_of(const Packed* column, size_t start, size_t stop, double edge) noexcept nogil:
    """``first_from`` of a column that is open, for one number or more."""
    # The first block that begins within the range and at or beyond the edge, or behind the range.
    cdef size_t low = start // NARROW + 1, high = (stop - 1) // NARROW + 1, middle, i
    cdef uint64_t bits
    while low < high:
        middle = (low + high) // 2
        if coordinate_of(column, marked(column, middle)) < edge:
            low = middle + 1
        else:
            high = middle
    low -= 1
    bits, i = marked(column, low), low * NARROW
    while i < start:
        bits += change_at(column, i)
        i += 1
    high = min(stop, (low + 1) * NARROW)
    i = walk(column.changes, column.width, column.step, column.is_float, &bits, i, high - 1, edge)
    return i + (coordinate_of(column, bits) < edge)
