# Part of _core.pyx: tables: the points of many series, grouped by tag, with their facts, packed one behind the other.

cdef enum:
    # A series with more points than this is none of a table.
    LARGEST_SERIES = 65536

# As `SERIES` of tables.py has it.
cdef struct Series:
    int64_t first_step
    int64_t last_step
    int64_t lowest_step
    int64_t highest_step
    double first_wall_time
    double last_wall_time
    double lowest
    double highest
    int64_t not_finite_step
    double not_finite
    double last
    int64_t step_change
    int64_t wall_change
    int64_t place
    uint32_t points
    uint32_t step_bytes
    uint32_t wall_bytes
    uint32_t value_bytes
    uint8_t kind
    uint8_t goes_back
    uint8_t wall_ascending
    uint8_t has_not_finite
    uint8_t unused[4]

# The points of one file, sorted by tag; memory for as many points and names as there ever were.
cdef struct Columns:
    int64_t* step
    double* wall
    double* value
    size_t points
    # By the number of the name: which series it is, -1 for none.
    int32_t* series_of
    # By the number of the series: its name, where its points begin, and where the next one goes.
    int32_t* name_of
    size_t* starts
    size_t* next
    uint8_t* rounded
    size_t names
    size_t count

cdef struct Arena:
    char* data
    size_t size
    size_t capacity


cdef bint resize(void** memory, size_t size) noexcept nogil:
    """More memory, whose content does not matter."""
    free(memory[0])
    memory[0] = large_realloc(NULL, size)
    return memory[0] != NULL


cdef bint room_for_columns(Columns* columns, size_t points, size_t names) noexcept nogil:
    if points > columns.points:
        points += points // 2
        columns.points = 0
        if not (
            resize(<void**>&columns.step, points * 8) and resize(<void**>&columns.wall, points * 8)
            and resize(<void**>&columns.value, points * 8)
        ):
            return False
        columns.points = points
    if names > columns.names:
        names += names // 2
        columns.names = 0
        if not (
            resize(<void**>&columns.series_of, names * 4) and resize(<void**>&columns.name_of, names * 4)
            and resize(<void**>&columns.starts, (names + 1) * sizeof(size_t))
            and resize(<void**>&columns.next, names * sizeof(size_t)) and resize(<void**>&columns.rounded, names)
        ):
            return False
        columns.names = names
    return True


cdef void free_columns(Columns* columns) noexcept nogil:
    free(columns.step)
    free(columns.wall)
    free(columns.value)
    free(columns.series_of)
    free(columns.name_of)
    free(columns.starts)
    free(columns.next)
    free(columns.rounded)


cdef bint group_columns(Decoder* decoder, Columns* columns) noexcept nogil:
    """A counting sort by tag, tags in the order of their first points; False when there is no memory."""
    cdef size_t count = decoder.points.count, names = decoder.tags.names.count, i, place
    cdef Point* points = <Point*>decoder.points.items
    cdef Point* point
    cdef int32_t series
    if not room_for_columns(columns, count, names):
        return False
    columns.count = 0
    for i in range(names):
        columns.series_of[i] = -1
    for i in range(count):
        point = points + i
        series = columns.series_of[point.tag]
        if series < 0:
            series = <int32_t>columns.count
            columns.series_of[point.tag] = series
            columns.name_of[series] = point.tag
            columns.next[series] = 0
            columns.rounded[series] = 0
            columns.count += 1
        point.tag = series
        columns.next[series] += 1
        columns.rounded[series] |= point.rounded
    place = 0
    for i in range(columns.count):
        columns.starts[i] = place
        place += columns.next[i]
        columns.next[i] = columns.starts[i]
    if columns.names:
        columns.starts[columns.count] = place
    for i in range(count):
        point = points + i
        place = columns.next[point.tag]
        columns.next[point.tag] = place + 1
        columns.step[place] = point.step
        columns.wall[place] = point.wall_time
        columns.value[place] = point.real
    return True


cdef bint has_integers(Decoder* decoder, Columns* columns) noexcept nogil:
    """Whether a series has integers beyond float64's and no fractions. The points are sorted already."""
    cdef Point* points = <Point*>decoder.points.items
    cdef Wide* wides = <Wide*>decoder.wides.items
    cdef size_t i, next_wide = 0
    cdef double real
    # Of each series: whether it has such integers, 1, and whether it has fractions, 2.
    cdef size_t* flags = columns.next
    memset(flags, 0, columns.count * sizeof(size_t))
    for i in range(decoder.points.count):
        real = points[i].real
        if next_wide < decoder.wides.count and wides[next_wide].point == i:
            flags[points[i].tag] |= 1
            next_wide += 1
        elif not (real == floor(real) and -9223372036854775808.0 <= real < 9223372036854775808.0):
            flags[points[i].tag] |= 2
    for i in range(columns.count):
        if flags[i] == 1:
            return True
    return False


cdef void note_facts(Series* series, const int64_t* step, const double* wall, const double* value) noexcept nogil:
    """As ``facts_of`` has them."""
    cdef size_t count = series.points, i
    cdef int64_t lowest_step = step[0], highest_step = step[0]
    cdef double lowest = INFINITY, highest = -INFINITY
    cdef bint goes_back = False, ascending = True
    series.has_not_finite = False
    series.not_finite_step = 0
    series.not_finite = 0
    for i in range(count):
        if isfinite(value[i]):
            lowest = value[i] if value[i] < lowest else lowest
            highest = value[i] if value[i] > highest else highest
        elif not series.has_not_finite or step[i] < series.not_finite_step:
            series.has_not_finite = True
            series.not_finite_step = step[i]
            series.not_finite = value[i]
    for i in range(1, count):
        goes_back |= step[i] < step[i - 1]
        ascending &= wall[i] >= wall[i - 1]
        lowest_step = step[i] if step[i] < lowest_step else lowest_step
        highest_step = step[i] if step[i] > highest_step else highest_step
    series.first_step, series.last_step = step[0], step[count - 1]
    series.lowest_step, series.highest_step = lowest_step, highest_step
    series.first_wall_time, series.last_wall_time = wall[0], wall[count - 1]
    series.lowest, series.highest = lowest, highest
    series.last = value[count - 1]
    series.goes_back = goes_back
    series.wall_ascending = ascending and not isnan(wall[count - 1])


cdef size_t store_marks(char* target, const int64_t* numbers, size_t count) noexcept nogil:
    cdef size_t i = 0, size = 0
    while i < count:
        memcpy(target + size, numbers + i, 8)
        size += 8
        i += NARROW
    return size


cdef size_t store_numbers(char* target, const int64_t* numbers, size_t count, uint32_t* bytes) noexcept nogil:
    """Marks, places and data of a column, to ``bytes`` the size of the data; the size of all of it."""
    cdef size_t size = store_marks(target, numbers, count)
    cdef uint32_t* places = <uint32_t*>(target + size)
    memset(places, 0, places_bytes(count))
    size += places_bytes(count)
    bytes[0] = <uint32_t>pack_numbers(numbers, count, places, target + size)
    return size + bytes[0]


cdef size_t store_values(char* target, const double* value, size_t count, uint32_t* bytes) noexcept nogil:
    """Places and data of float32 values, or these as they are where that takes no more: then ``bytes`` is 0."""
    cdef uint32_t* places = <uint32_t*>target
    cdef float singles[NARROW]
    cdef size_t start = 0, i, some, head = places_bytes(count), size = 0
    memset(places, 0, head)
    while start < count:
        some = min(count - start, <size_t>NARROW)
        for i in range(some):
            singles[i] = <float>value[start + i]
        size = pack_floats(singles, some, places + start // NARROW, target + head, size)
        start += NARROW
    if 4 * blocks_of(count) + size < count * 4:
        bytes[0] = <uint32_t>size
        return head + size
    bytes[0] = 0
    for i in range(count):
        (<float*>target)[i] = <float>value[i]
    return count * 4


cdef inline size_t places_bytes(size_t count) noexcept nogil:
    """Of a place for each block, to a multiple of eight."""
    return (blocks_of(count) + 1) // 2 * 8


cdef bint pack_series(
    Arena* arena, Series* series, const int64_t* step, const double* wall, const double* value
) noexcept nogil:
    """Put a series at the arena's end, as ``tables.py`` says."""
    cdef size_t count = series.points, capacity
    cdef size_t needed = arena.size + 3 * most_bytes(count) + 3 * places_bytes(count) + 16 * blocks_of(count) + 8
    cdef const int64_t* bits = <const int64_t*>wall
    cdef char* target
    cdef char* data
    if needed > arena.capacity:
        capacity = max(needed, arena.capacity * 2)
        data = <char*>large_realloc(arena.data, capacity)
        if data == NULL:
            return False
        arena.data = data
        arena.capacity = capacity
    series.place = arena.size
    target = arena.data + arena.size
    if not is_even(step, count, &series.step_change):
        series.step_change = 0
        target += store_numbers(target, step, count, &series.step_bytes)
    if not is_even(bits, count, &series.wall_change):
        series.wall_change = 0
        target += store_numbers(target, bits, count, &series.wall_bytes)
    if series.kind:
        memcpy(target, value, count * 8)
        target += count * 8
    else:
        target += store_values(target, value, count, &series.value_bytes)
    while (target - arena.data) % 8:
        target[0] = 0
        target += 1
    arena.size = target - arena.data
    return True


cdef bint add_series(Array* table, Arena* arena, Columns* columns, size_t number) noexcept nogil:
    """Put one of the grouped series into a table; False when there is no memory."""
    cdef size_t start = columns.starts[number]
    cdef Series* series = <Series*>array_add(table)
    if series == NULL:
        return False
    memset(series, 0, sizeof(Series))
    series.points = <uint32_t>(columns.starts[number + 1] - start)
    series.kind = columns.rounded[number]
    note_facts(series, columns.step + start, columns.wall + start, columns.value + start)
    return pack_series(arena, series, columns.step + start, columns.wall + start, columns.value + start)
