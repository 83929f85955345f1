# Part of _core.pyx: draw: all that is sent of a line, in one call.

cdef struct Part:
    # Points side by side in a line, of a packed column or of a plain one, which begins with the first of them.
    Packed column
    const double* x
    # Values that begin with the first of the column, of the type with this letter, or packed.
    const char* value
    Floats floats
    char kind
    Blocks narrow
    Blocks wide
    size_t first
    size_t last
    # Where the first of them is within the line.
    int64_t place


cdef inline double value_at(const Part* part, size_t i) noexcept nogil:
    if part.floats.places != NULL:
        return packed_value(&part.floats, i)
    if part.kind == c"f":
        return (<const float*>part.value)[i]
    if part.kind == c"d":
        return (<const double*>part.value)[i]
    return <double>(<const int64_t*>part.value)[i]


cdef void add_part(Reduction reduction, const Part* part) noexcept nogil:
    cdef size_t first = part.first, count = part.last - part.first
    if part.x != NULL:
        if part.kind == c"f":
            reduction.add_points(part.x, <const float*>part.value + first, count)
        elif part.kind == c"d":
            reduction.add_points(part.x, <const double*>part.value + first, count)
        else:
            reduction.add_points(part.x, <const int64_t*>part.value + first, count)
    elif part.kind == c"f":
        reduction.add_blocks(
            &part.column, <const float*>part.value, &part.floats, first, part.last, &part.narrow, &part.wide
        )
    elif part.kind == c"d":
        reduction.add_blocks(
            &part.column, <const double*>part.value, &part.floats, first, part.last, &part.narrow, &part.wide
        )
    else:
        reduction.add_blocks(
            &part.column, <const int64_t*>part.value, &part.floats, first, part.last, &part.narrow, &part.wide
        )


cdef size_t before_edge(const Part* part, double edge) noexcept nogil:
    """How many points of a part, which has some, are in front of an x."""
    cdef size_t low = 0, high = part.last - part.first, middle
    if part.x == NULL:
        return first_of(&part.column, part.first, part.last, edge) - part.first
    while low < high:
        middle = (low + high) // 2
        if part.x[middle] < edge:
            low = middle + 1
        else:
            high = middle
    return low


cdef void points_at(
    const Part* parts, size_t count, const int64_t* places, size_t sent, double offset, double* x, float* single, double* y
) noexcept nogil:
    """Points at ascending places, all of them within the parts, with y as single or as double."""
    cdef size_t part = 0, known = <size_t>-1, wanted
    cdef uint64_t numbers[NARROW]
    cdef const Part* here
    cdef size_t i
    for i in range(sent):
        while part < count and places[i] >= parts[part].place + <int64_t>(parts[part].last - parts[part].first):
            part += 1
            known = <size_t>-1
        here = &parts[part]
        wanted = here.first + <size_t>(places[i] - here.place)
        if here.x != NULL:
            x[i] = here.x[wanted - here.first]
        else:
            if wanted // NARROW != known:
                known = wanted // NARROW
                numbers_of(&here.column, known, numbers)
            x[i] = coordinate_of(&here.column, numbers[wanted % NARROW])
        if offset:
            x[i] -= offset
        if single != NULL:
            single[i] = <float>value_at(here, wanted)
        else:
            y[i] = value_at(here, wanted)


cdef int open_part(Part* part, x, value, summaries, list kept) except -1:
    """Fill the struct, whose pointers are into arrays that live as long as the part or are put into ``kept``."""
    cdef size_t length = len(value), size
    note_values(&part.floats, value)
    if part.floats.places != NULL:
        part.kind = c"f"
        part.value = NULL
    else:
        value = np.ascontiguousarray(value)
        kept.append(value)
        part.kind = c"f" if value.dtype == np.float32 else c"d" if value.dtype == np.float64 else c"q"
        if part.kind == c"q" and value.dtype != np.int64:
            raise ValueError(f"values must be float32, float64 or int64, got {value.dtype}")
        part.value = bytes_of(value, &size)
    if summaries is None:
        x = np.ascontiguousarray(x[part.first : part.last], np.float64)
        kept.append(x)
        part.x = <const double*>bytes_of(x, &size)
        return 0
    part.x = NULL
    open_packed(&part.column, x, length)
    open_blocks(&part.narrow, summaries[0], length, NARROW)
    open_blocks(&part.wide, summaries[1], length, WIDE)
    return 0


@cython.auto_pickle(False)
cdef class Opened:
    """See ``core.opened``."""

    cdef Part _part
    # What its pointers are into.
    cdef list _kept


def opened(packed not None, value not None, summaries not None):
    """See ``core.opened``."""
    cdef Opened column = Opened()
    column._kept = [packed, value, summaries]
    open_part(&column._part, packed, value, summaries, column._kept)
    return column


cdef int take_opened(Part* part, Opened column) except -1:
    if part.last > column._part.column.length:
        raise ValueError(f"[{part.first}, {part.last}) is not within {column._part.column.length} values")
    part.column, part.x, part.value, part.floats = column._part.column, NULL, column._part.value, column._part.floats
    part.kind, part.narrow, part.wide = column._part.kind, column._part.narrow, column._part.wide
    return 0


def draw(list parts not None, edges, int64_t most, int64_t length, *, bint huge=False, int64_t skipped=0,
         double offset=0, bint single=False, double low=-INFINITY, double high=INFINITY):
    """See ``core.draw``."""
    cdef Reduction reduction = Reduction(edges, huge=huge)
    cdef Part* drawn
    cdef size_t count = 0, i, size, points
    cdef int64_t place = skipped, inside = 0
    cdef const int64_t* sent
    cdef double* x_sent
    cdef void* y_sent
    cdef list kept = []
    reduction._before = skipped
    drawn = <Part*>malloc((len(parts) + 1) * sizeof(Part))
    if drawn == NULL:
        raise MemoryError
    try:
        for x, value, summaries, first, last in parts:
            if not 0 <= first <= last <= len(value):
                raise ValueError(f"[{first}, {last}) is not within {len(value)} values")
            if first == last:
                continue
            drawn[count].first, drawn[count].last, drawn[count].place = first, last, place
            if type(x) is Opened:
                take_opened(&drawn[count], x)
            else:
                open_part(&drawn[count], x, value, summaries, kept)
            place += last - first
            count += 1
        with nogil:
            for i in range(count):
                add_part(reduction, &drawn[i])
                inside += before_edge(&drawn[i], high) - before_edge(&drawn[i], low)
        found = reduction.selection(most, length)
        sent = <const int64_t*>bytes_of(found.sent, &size)
        points = size // sizeof(int64_t)
        if points and (sent[0] < skipped or sent[points - 1] >= place):
            return Drawn(reduction.before, found, None, None, inside)
        x = np.empty(points)
        y = np.empty(points, np.float32 if single else np.float64)
        x_sent = <double*>bytes_of(x, &size)
        y_sent = <void*>bytes_of(y, &size)
        with nogil:
            points_at(
                drawn, count, sent, points, offset, x_sent, <float*>y_sent if single else NULL,
                NULL if single else <double*>y_sent,
            )
        return Drawn(reduction.before, found, x, y, inside)
    finally:
        free(drawn)
