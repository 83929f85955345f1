# Part of _core.pyx: Reduction, summarize and take: points to buckets.

cdef extern from "float.h":
    const double DBL_MAX

cdef enum:
    NARROW = 64
    WIDE = 4096

ctypedef fused Real:
    float
    double

ctypedef fused Value:
    float
    double
    int64_t


cdef struct Bucket:
    # The sum is compensated: what rounding has lost so far is in `correction` (Knuth's TwoSum).
    double sum
    double correction
    double lowest
    double highest
    uint32_t finite
    uint32_t nan
    uint32_t pos_inf
    uint32_t neg_inf


cdef inline void clear(Bucket* bucket) noexcept nogil:
    memset(bucket, 0, sizeof(Bucket))
    bucket.lowest, bucket.highest = INFINITY, -INFINITY


cdef inline void add_to_sum(Bucket* bucket, double number) noexcept nogil:
    cdef double total = bucket.sum + number
    cdef double part = total - bucket.sum
    bucket.correction += (bucket.sum - (total - part)) + (number - part)
    bucket.sum = total


cdef inline void put(Bucket* target, const Value* value, size_t count, double scale) noexcept nogil:
    """Take in values; the bucket is kept in registers meanwhile."""
    cdef Bucket bucket = target[0]
    cdef double number
    cdef size_t i
    for i in range(count):
        number = <double>value[i]
        if fabs(number) <= DBL_MAX:
            bucket.finite += 1
            if number < bucket.lowest:
                bucket.lowest = number
            if number > bucket.highest:
                bucket.highest = number
            add_to_sum(&bucket, number * scale)
        elif number > 0:
            bucket.pos_inf += 1
        elif number < 0:
            bucket.neg_inf += 1
        else:
            bucket.nan += 1
    target[0] = bucket


cdef inline double mean_of(const Bucket* bucket, double scale) noexcept nogil:
    cdef double mean = (bucket.sum + bucket.correction) / bucket.finite / scale
    return min(max(mean, bucket.lowest), bucket.highest)


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


cdef class Reduction:
    """See ``core.Reduction``."""

    cdef Bucket* _buckets
    cdef size_t _size
    # Where the last point was: 0 is in front of the first edge, size + 1 behind the last.
    cdef size_t _place
    cdef uint64_t _before
    cdef double _scale
    cdef const double[::1] _edges

    def __cinit__(self, edges not None, *, bint huge=False):
        cdef size_t i
        self._edges = np.ascontiguousarray(edges, np.float64)
        if self._edges.shape[0] < 1:
            raise ValueError("edges must not be empty")
        self._size = self._edges.shape[0] - 1
        self._scale = 2.0**-64 if huge else 1.0
        self._buckets = <Bucket*>malloc((self._size + 1) * sizeof(Bucket))
        if self._buckets == NULL:
            raise MemoryError
        for i in range(self._size):
            clear(&self._buckets[i])

    def __dealloc__(self):
        free(self._buckets)

    @property
    def before(self):
        return self._before

    cdef bint advance(self, double x) noexcept nogil:
        """Move to the place of x; False when that is behind the last edge."""
        while self._place <= self._size and x >= self._edges[self._place]:
            self._place += 1
        return self._place <= self._size

    cdef void put_run(self, const Value* value, size_t count) noexcept nogil:
        if self._place:
            put(&self._buckets[self._place - 1], value, count, self._scale)
        else:
            self._before += count

    cdef void add_points(self, const double* x, const Value* value, size_t count) noexcept nogil:
        cdef size_t i = 0, start
        while i < count and self.advance(x[i]):
            start = i
            while i < count and x[i] < self._edges[self._place]:
                i += 1
            if i == start:
                # A NaN is nowhere.
                i += 1
                continue
            self.put_run(value + start, i - start)

    def add(self, x not None, value not None):
        cdef const double[::1] places = np.ascontiguousarray(x, np.float64)
        if len(x) != len(value):
            raise ValueError(f"x and value must be equally long, got {len(x)} and {len(value)}")
        if not len(x):
            return
        if value.dtype == np.float32:
            add_typed[float](self, places, np.ascontiguousarray(value))
        elif value.dtype == np.int64:
            add_typed[int64_t](self, places, np.ascontiguousarray(value))
        else:
            add_typed[double](self, places, np.ascontiguousarray(value, np.float64))

    cdef void put_summary(self, Py_ssize_t block, const uint16_t[:, ::1] counts, const double[:, ::1] statistics) \
            noexcept nogil:
        cdef Bucket* bucket
        cdef uint32_t finite = counts[0, block]
        if not self._place:
            self._before += finite + counts[1, block] + counts[2, block] + counts[3, block]
            return
        bucket = &self._buckets[self._place - 1]
        bucket.nan += counts[1, block]
        bucket.pos_inf += counts[2, block]
        bucket.neg_inf += counts[3, block]
        if finite:
            bucket.finite += finite
            bucket.lowest = min(bucket.lowest, statistics[1, block])
            bucket.highest = max(bucket.highest, statistics[2, block])
            add_to_sum(bucket, statistics[0, block] * self._scale * finite)

    cdef void add_blocks(
        self, const Packed* column, const Value* value, size_t start, size_t stop,
        const uint16_t[:, ::1] narrow_counts, const double[:, ::1] narrow,
        const uint16_t[:, ::1] wide_counts, const double[:, ::1] wide,
    ) noexcept nogil:
        cdef size_t i = start, end, run
        cdef uint64_t bits
        while i < stop:
            bits = marked(column, i // NARROW)
            # A block is taken whole when the one behind it starts in the same bucket.
            if i % NARROW == 0:
                if not self.advance(coordinate_of(column, bits)):
                    return
                if i % WIDE == 0 and i + WIDE <= stop and i + WIDE < column.length and (
                    coordinate_of(column, marked(column, (i + WIDE) // NARROW)) < self._edges[self._place]
                ):
                    self.put_summary(i // WIDE, wide_counts, wide)
                    i += WIDE
                    continue
                if i + NARROW <= stop and i + NARROW < column.length and (
                    coordinate_of(column, marked(column, i // NARROW + 1)) < self._edges[self._place]
                ):
                    self.put_summary(i // NARROW, narrow_counts, narrow)
                    i += NARROW
                    continue
            # Point by point, to the end of the block.
            end = min((i // NARROW + 1) * NARROW, stop)
            for run in range(i // NARROW * NARROW, i):
                bits += change_at(column, run)
            while i < end:
                if not self.advance(coordinate_of(column, bits)):
                    return
                run = i
                while i < end and coordinate_of(column, bits) < self._edges[self._place]:
                    if i + 1 < column.length:
                        bits += change_at(column, i)
                    i += 1
                if i == run:
                    return
                self.put_run(value + run, i - run)

    def add_packed(self, packed not None, value not None, summaries not None, size_t start, size_t stop):
        cdef Packed column
        marks, changes = views_of(packed)
        if stop > <size_t>len(value) or start > stop:
            raise ValueError(f"[{start}, {stop}) is not within {len(value)} values")
        if start == stop:
            return
        open_packed(&column, packed, marks, changes, len(value))
        if value.dtype == np.float32:
            add_packed_typed[float](self, &column, value, summaries, start, stop)
        elif value.dtype == np.int64:
            add_packed_typed[int64_t](self, &column, value, summaries, start, stop)
        else:
            add_packed_typed[double](self, &column, value, summaries, start, stop)

    def buckets(self):
        cdef size_t i, size = self._size
        cdef const Bucket* bucket
        counts = np.empty((4, size), np.uint32)
        statistics = np.empty((3, size))
        cdef uint32_t[:, ::1] count_view = counts
        cdef double[:, ::1] view = statistics
        with nogil:
            for i in range(size):
                bucket = &self._buckets[i]
                count_view[0, i], count_view[1, i] = bucket.finite, bucket.nan
                count_view[2, i], count_view[3, i] = bucket.pos_inf, bucket.neg_inf
                if bucket.finite:
                    view[0, i], view[1, i], view[2, i] = mean_of(bucket, self._scale), bucket.lowest, bucket.highest
                else:
                    view[0, i] = view[1, i] = view[2, i] = NAN
        return Buckets(counts[0], counts[1], counts[2], counts[3], statistics[0], statistics[1], statistics[2])


cdef add_typed(Reduction reduction, const double[::1] x, const Value[::1] value):
    with nogil:
        reduction.add_points(&x[0], &value[0], x.shape[0])


cdef add_packed_typed(
    Reduction reduction, const Packed* column, const Value[::1] value, summaries, size_t start, size_t stop
):
    narrow, wide = summaries
    cdef const uint16_t[:, ::1] narrow_counts = narrow.counts, wide_counts = wide.counts
    cdef const double[:, ::1] narrow_statistics = narrow.statistics, wide_statistics = wide.statistics
    cdef size_t length = value.shape[0]
    if <size_t>narrow_counts.shape[1] < length // NARROW or <size_t>narrow_statistics.shape[1] < length // NARROW:
        raise ValueError("the summary of 64 values each is shorter than the values")
    if <size_t>wide_counts.shape[1] < length // WIDE or <size_t>wide_statistics.shape[1] < length // WIDE:
        raise ValueError("the summary of 4096 values each is shorter than the values")
    with nogil:
        reduction.add_blocks(
            column, &value[0], start, stop, narrow_counts, narrow_statistics, wide_counts, wide_statistics
        )


cdef summarize_typed(const Value[::1] value, size_t width):
    cdef size_t blocks = value.shape[0] // width, i
    cdef Bucket bucket
    # Where a sum could overflow, all are scaled; that loses digits of the smallest numbers only.
    cdef double scale
    counts = np.zeros((4, blocks), np.uint16)
    statistics = np.full((3, blocks), np.nan)
    cdef uint16_t[:, ::1] count_view = counts
    cdef double[:, ::1] view = statistics
    with nogil:
        for i in range(blocks):
            clear(&bucket)
            put(&bucket, &value[i * width], width, 1.0)
            scale = 1.0
            if max(fabs(bucket.lowest), fabs(bucket.highest)) > 2.0**900 and bucket.finite:
                scale = 2.0**-64
                clear(&bucket)
                put(&bucket, &value[i * width], width, scale)
            count_view[0, i], count_view[1, i] = <uint16_t>bucket.finite, <uint16_t>bucket.nan
            count_view[2, i], count_view[3, i] = <uint16_t>bucket.pos_inf, <uint16_t>bucket.neg_inf
            if bucket.finite:
                view[0, i], view[1, i], view[2, i] = mean_of(&bucket, scale), bucket.lowest, bucket.highest
    return Summary(counts, statistics)


def summarize(value not None, size_t width):
    """See ``core.summarize``."""
    if not 0 < width <= 65535:
        raise ValueError(f"width must be from 1 to 65,535, got {width}")
    if value.dtype == np.float32:
        return summarize_typed[float](np.ascontiguousarray(value), width)
    if value.dtype == np.int64:
        return summarize_typed[int64_t](np.ascontiguousarray(value), width)
    return summarize_typed[double](np.ascontiguousarray(value, np.float64), width)


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
