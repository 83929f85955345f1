# Part of _core.pyx: draw_lines: all that is sent of the lines of a chart, in one call.

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
    const Part* parts, size_t count, const int64_t* places, size_t number, double offset, double* x, float* single,
    double* y,
) noexcept nogil:
    """Points at ascending places, all of them within the parts, with y as single or as double; x may be NULL."""
    cdef size_t part = 0, known = <size_t>-1, wanted, i
    cdef uint64_t numbers[NARROW]
    cdef const Part* here
    for i in range(number):
        while part < count and places[i] >= parts[part].place + <int64_t>(parts[part].last - parts[part].first):
            part += 1
            known = <size_t>-1
        here = &parts[part]
        wanted = here.first + <size_t>(places[i] - here.place)
        if single != NULL:
            single[i] = <float>value_at(here, wanted)
        else:
            y[i] = value_at(here, wanted)
        if x == NULL:
            continue
        if here.x != NULL:
            x[i] = here.x[wanted - here.first]
        else:
            if wanted // NARROW != known:
                known = wanted // NARROW
                numbers_of(&here.column, known, numbers)
            x[i] = coordinate_of(&here.column, numbers[wanted % NARROW])
        if offset:
            x[i] -= offset


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


cdef class Lines:
    """Some lines, of which one at a time is open: its parts, in memory that grows, and what they are parts of."""

    cdef size_t lines
    cdef Part* opened
    cdef size_t count
    cdef size_t _room
    # Of the line that is open: its points, those in front of its parts, where these end, and what x is shifted by.
    cdef int64_t length
    cdef int64_t skipped
    cdef int64_t end
    cdef double offset
    cdef bint huge

    def __dealloc__(self):
        free(self.opened)

    cdef int make_room(self, size_t count) except -1:
        """Memory for so many parts."""
        cdef Part* larger
        if count > self._room:
            larger = <Part*>realloc(self.opened, count * sizeof(Part))
            if larger == NULL:
                raise MemoryError
            self.opened, self._room = larger, count
        return 0

    cdef int64_t points(self, size_t number) except -1:
        """How many points a line has."""
        raise NotImplementedError

    cdef int open(self, size_t number) except -1:
        """Open a line."""
        raise NotImplementedError


cdef class ListedLines(Lines):
    """Those of a list."""

    cdef list _lines
    # Arrays that the structs have pointers into.
    cdef list _kept

    def __init__(self, list lines not None):
        self._lines, self.lines = lines, len(lines)

    cdef int64_t points(self, size_t number) except -1:
        return self._lines[number][1]

    cdef int open(self, size_t number) except -1:
        cdef int64_t place
        parts, self.length, self.skipped, self.offset, self.huge = self._lines[number]
        self.make_room(len(parts))
        self.count, self._kept, place = 0, [], self.skipped
        for x, value, summaries, first, last in parts:
            if not 0 <= first <= last <= len(value):
                raise ValueError(f"[{first}, {last}) is not within {len(value)} values")
            if first == last:
                continue
            self.opened[self.count].first, self.opened[self.count].last = first, last
            self.opened[self.count].place = place
            if type(x) is Opened:
                take_opened(&self.opened[self.count], x)
            else:
                open_part(&self.opened[self.count], x, value, summaries, self._kept)
            place += last - first
            self.count += 1
        self.end = place
        if not 0 <= self.skipped <= place <= self.length:
            raise ValueError(f"points [{self.skipped}, {place}) are not within a line of {self.length}")
        return 0


def draw_lines(list lines not None, edges not None, int64_t most, *, bint single=False, bint details=False,
               double low=-INFINITY, double high=INFINITY):
    """See ``core.draw_lines``."""
    return drawn(ListedLines(lines), edges, most, single, details, low, high)


cdef drawn(Lines parts, edges, int64_t most, bint single, bint details, double low, double high):
    """What is sent of the lines."""
    cdef Reduction reduction = Reduction(edges)
    cdef size_t size = reduction._size, i, number, count = parts.lines, wanted = 0
    cdef size_t point = 0, place = 0, mark = 0, before_points, before_places
    cdef int64_t start, total, k, end, length, skipped
    cdef double offset, shift = 0, left, right
    cdef const Bucket* bucket
    cdef const double* plain_edges = reduction._edges
    for number in range(count):
        wanted += <size_t>min(parts.points(number), most * <int64_t>size) + 2
    facts, edges_of = np.zeros((4, count), np.int64), np.zeros((3, count + 1), np.int64)
    sent, x, y = np.empty(wanted, np.int64), np.empty(wanted), np.empty(wanted, np.float32 if single else np.float64)
    statistics, numbers = np.empty((5, count * size)), np.empty((2, count * size), np.uint32)
    ends, marks = np.empty((2, size), np.int64), np.empty((4, count * size), np.uint32)
    places_moved = np.empty(size + 1)
    # Of many columns of which each has little a view takes longer than what is written into it.
    cdef size_t rows = count * size, length_of
    cdef double* moved = <double*>bytes_of(places_moved, &length_of)
    cdef int64_t* before = <int64_t*>bytes_of(facts, &length_of)
    cdef int64_t* stop = before + count
    cdef int64_t* inside = stop + count
    cdef int64_t* known = inside + count
    cdef int64_t* point_edge = <int64_t*>bytes_of(edges_of, &length_of)
    cdef int64_t* place_edge = point_edge + count + 1
    cdef int64_t* mark_edge = place_edge + count + 1
    cdef int64_t* first_of = <int64_t*>bytes_of(ends, &length_of)
    cdef int64_t* last_of = first_of + size
    cdef int64_t* sent_at = <int64_t*>bytes_of(sent, &length_of)
    cdef double* x_at = <double*>bytes_of(x, &length_of)
    cdef float* single_at = <float*>bytes_of(y, &length_of) if single else NULL
    cdef double* double_at = NULL if single else <double*>bytes_of(y, &length_of)
    cdef double* mean = <double*>bytes_of(statistics, &length_of)
    cdef double* lowest = mean + rows
    cdef double* highest = lowest + rows
    cdef double* first_value = highest + rows
    cdef double* last_value = first_value + rows
    cdef uint32_t* bucket_at = <uint32_t*>bytes_of(numbers, &length_of)
    cdef uint32_t* total_at = bucket_at + rows
    cdef uint32_t* mark_at = <uint32_t*>bytes_of(marks, &length_of)
    cdef uint32_t* nan_at = mark_at + rows
    cdef uint32_t* pos_inf_at = nan_at + rows
    cdef uint32_t* neg_inf_at = pos_inf_at + rows
    for number in range(count):
        parts.open(number)
        length, skipped, end, offset = parts.length, parts.skipped, parts.end, parts.offset
        reduction._scale = 2.0**-64 if parts.huge else 1.0
        reduction._place, reduction._before = 0, skipped
        left, right = low + offset, nextafter(high + offset, INFINITY)
        before_points, before_places, start = point, place, 0
        with nogil:
            for i in range(size):
                clear(&reduction._buckets[i])
            reduction._edges = plain_edges
            if offset:
                if offset != shift:
                    for i in range(size + 1):
                        moved[i] = plain_edges[i] + offset
                    shift = offset
                reduction._edges = moved
            for i in range(parts.count):
                add_part(reduction, &parts.opened[i])
                inside[number] += (
                    <int64_t>before_edge(&parts.opened[i], right) - <int64_t>before_edge(&parts.opened[i], left)
                )
            start = reduction._before
            before[number] = start
            if start > 0:
                sent_at[point] = start - 1
                point += 1
            for i in range(size):
                bucket = &reduction._buckets[i]
                total = points_in(bucket)
                if total <= most:
                    for k in range(start, start + total):
                        sent_at[point] = k
                        point += 1
                elif bucket.finite:
                    first_of[place - before_places] = start
                    last_of[place - before_places] = start + total - 1
                    bucket_at[place], total_at[place] = <uint32_t>i, <uint32_t>total
                    mean[place] = mean_of(bucket, reduction._scale)
                    lowest[place], highest[place] = bucket.sums.lowest, bucket.sums.highest
                    place += 1
                if total > most and total > bucket.finite:
                    mark_at[mark], nan_at[mark] = <uint32_t>i, bucket.nan
                    pos_inf_at[mark], neg_inf_at[mark] = bucket.pos_inf, bucket.neg_inf
                    mark += 1
                start += total
            stop[number] = start
            if start < length:
                sent_at[point] = start
                point += 1
            known[number] = point == before_points or (
                sent_at[before_points] >= skipped and sent_at[point - 1] < end
            )
            point_edge[number + 1], place_edge[number + 1], mark_edge[number + 1] = point, place, mark
            if known[number] and point > before_points:
                points_at(
                    parts.opened, parts.count, sent_at + before_points, point - before_points, offset,
                    x_at + before_points, single_at + before_points if single else NULL,
                    NULL if single else double_at + before_points,
                )
            if details and place > before_places:
                points_at(
                    parts.opened, parts.count, first_of, place - before_places, 0, NULL, NULL,
                    first_value + before_places,
                )
                points_at(
                    parts.opened, parts.count, last_of, place - before_places, 0, NULL, NULL,
                    last_value + before_places,
                )
    reduction._edges = plain_edges
    return DrawnLines(
        *facts[:3], facts[3] > 0, *edges_of, sent[:point], x[:point], y[:point], numbers[0, :place],
        statistics[0, :place], statistics[1, :place], statistics[2, :place], marks[0, :mark], marks[1, :mark],
        marks[2, :mark], marks[3, :mark], numbers[1, :place] if details else NO_PLACES,
        statistics[3, :place] if details else NO_FLOATS, statistics[4, :place] if details else NO_FLOATS,
    )
