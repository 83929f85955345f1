# Part of _core.pyx: draw_rows: all that is sent of lines that are series of tables, whose points stay in the arenas.

cdef struct TableOfLines:
    const Series* rows
    const char* arena
    size_t size
    # Where its lines begin among all.
    size_t first


cdef class TableLines(Lines):
    """A line for each of some series of tables: all of its points, without summaries."""

    cdef TableOfLines* _tables
    # The one that the line is in which was asked for last.
    cdef size_t _table
    # What the pointers are into.
    cdef list _kept

    def __init__(self, list tables not None):
        cdef size_t number, size
        self._tables = <TableOfLines*>calloc(len(tables) + 1, sizeof(TableOfLines))
        if self._tables == NULL:
            raise MemoryError
        self._kept = []
        for number, (series, arena) in enumerate(tables):
            if series.dtype != SERIES:
                raise ValueError(f"series must be of the dtype SERIES, got {series.dtype}")
            series = np.ascontiguousarray(series).view(np.uint8)
            self._kept.append((series, arena))
            self._tables[number].rows = <const Series*>bytes_of(series, &size)
            self._tables[number].first = self.lines
            self.lines += size // sizeof(Series)
            self._tables[number].arena = bytes_of(arena, &self._tables[number].size)
        self._tables[len(tables)].first = self.lines
        self.make_room(1)

    def __dealloc__(self):
        free(self._tables)

    cdef const Series* row(self, size_t number) noexcept:
        """That of a line; they are asked for in ascending order, from the first one on."""
        if number < self._tables[self._table].first:
            self._table = 0
        while number >= self._tables[self._table + 1].first:
            self._table += 1
        return &self._tables[self._table].rows[number - self._tables[self._table].first]

    cdef int64_t points(self, size_t number) except -1:
        return self.row(number).points

    cdef int open(self, size_t number) except -1:
        cdef const Series* row = self.row(number)
        cdef Part* part = self.opened
        cdef size_t length = row.points, blocks = blocks_of(length), place = <size_t>row.place
        memset(part, 0, sizeof(Part))
        part.last = length
        part.column.first, part.column.step, part.column.length = row.first_step, row.step_change, length
        if row.step_bytes:
            part.column.marks = <const int64_t*>self.taken(&place, blocks, 8)
            part.column.places = <const uint32_t*>self.taken(&place, blocks + blocks % 2, 4)
            part.column.data, part.column.size = self.taken(&place, row.step_bytes, 1), row.step_bytes
            if not is_within(part.column.places, blocks, part.column.size, length, 1):
                raise ValueError("a packed column is shorter than its values")
        if row.wall_bytes:
            self.taken(&place, blocks, 8)
            self.taken(&place, blocks + blocks % 2, 4)
            self.taken(&place, row.wall_bytes, 1)
        part.kind = c"f"
        if row.kind != <int>FLOAT32:
            part.kind = c"d"
            part.value = self.taken(&place, length, 8)
        elif not row.value_bytes:
            part.value = self.taken(&place, length, 4)
        else:
            part.floats.places = <const uint32_t*>self.taken(&place, blocks + blocks % 2, 4)
            part.floats.data, part.floats.size = self.taken(&place, row.value_bytes, 1), row.value_bytes
            part.floats.length = length
            if not is_within(part.floats.places, blocks, part.floats.size, length, 0):
                raise ValueError("packed values are shorter than their number")
        self.count = 1 if length else 0
        self.length = self.end = <int64_t>length
        self.huge = row.lowest <= row.highest and max(fabs(row.lowest), fabs(row.highest)) > 2.0**900
        return 0

    cdef const char* taken(self, size_t* place, size_t count, size_t size) except NULL:
        """Where so many items of a size are, which begin at a place in the arena; they are behind it then."""
        cdef size_t start = place[0], arena = self._tables[self._table].size
        if start > arena or count * size > arena - start:
            raise ValueError(f"a series is not within the {arena} bytes of its arena")
        place[0] = start + count * size
        return self._tables[self._table].arena + start


def draw_rows(list tables not None, edges not None, int64_t most, *, bint single=False, bint details=False,
              double low=-INFINITY, double high=INFINITY):
    """See ``core.draw_rows``."""
    return drawn(TableLines(tables), edges, most, single, details, low, high)
