# Part of _core.pyx: Reduction and summarize: points to buckets.

cdef extern from "float.h":
    const double DBL_MAX

cdef extern from "reduce.h" nogil:
    ctypedef struct Sums "cutaway_sums":
        # The sum is compensated: what rounding has lost so far is in `correction`.
        double sum
        double correction
        double lowest
        double highest
    ctypedef struct Bucket "cutaway_bucket":
        Sums sums
        uint32_t finite
        uint32_t nan
        uint32_t pos_inf
        uint32_t neg_inf
    ctypedef struct Blocks "cutaway_blocks":
        # Summaries of so many blocks: four rows of counts and three of statistics, as in `Summary`.
        const uint16_t* counts
        const double* statistics
        size_t count
    void add_summaries "cutaway_add_blocks"(
        Bucket* target, const Blocks* blocks, size_t width, size_t first, size_t stop, double scale
    )
    const size_t FEW "CUTAWAY_FEW"
    void add_to_sum "cutaway_add"(Sums* sums, double number)
    bint add_float "cutaway_add_floats_to"(Sums* sums, const float* value, size_t count, double scale)
    bint add_double "cutaway_add_doubles_to"(Sums* sums, const double* value, size_t count, double scale)
    void prefetch "cutaway_prefetch"(const void* start, size_t size)
    bint add_int64 "cutaway_add_int64"(Sums* sums, const int64_t* value, size_t count, double scale)

cdef enum:
    WIDE = 4096

ctypedef fused Real:
    float
    double

ctypedef fused Value:
    float
    double
    int64_t


cdef inline void clear(Bucket* bucket) noexcept nogil:
    memset(bucket, 0, sizeof(Bucket))
    bucket.sums.lowest, bucket.sums.highest = INFINITY, -INFINITY


cdef inline bint put_finite(Bucket* target, const Value* value, size_t count, double scale) noexcept nogil:
    """Take in values that are finite, as are their sums; else False, and nothing is taken."""
    cdef bint taken
    if Value is float:
        taken = add_float(&target.sums, value, count, scale)
    elif Value is double:
        taken = add_double(&target.sums, value, count, scale)
    else:
        taken = add_int64(&target.sums, value, count, scale)
    target.finite += <uint32_t>count if taken else 0
    return taken


cdef inline void put(Bucket* target, const Value* value, size_t count, double scale) noexcept nogil:
    """Take in values; the bucket is kept in registers meanwhile."""
    cdef Bucket bucket
    cdef double number
    cdef size_t i
    if count >= FEW and put_finite(target, value, count, scale):
        return
    bucket = target[0]
    for i in range(count):
        number = <double>value[i]
        if fabs(number) <= DBL_MAX:
            bucket.finite += 1
            if number < bucket.sums.lowest:
                bucket.sums.lowest = number
            if number > bucket.sums.highest:
                bucket.sums.highest = number
            add_to_sum(&bucket.sums, number * scale)
        elif number > 0:
            bucket.pos_inf += 1
        elif number < 0:
            bucket.neg_inf += 1
        else:
            bucket.nan += 1
    target[0] = bucket


cdef inline double mean_of(const Bucket* bucket, double scale) noexcept nogil:
    cdef double mean = (bucket.sums.sum + bucket.sums.correction) / bucket.finite / scale
    return min(max(mean, bucket.sums.lowest), bucket.sums.highest)


@cython.final
cdef class Reduction:
    """See ``core.Reduction``."""

    cdef Bucket* _buckets
    cdef size_t _size
    # Where the last point was: 0 is in front of the first edge, size + 1 behind the last.
    cdef size_t _place
    cdef uint64_t _before
    cdef double _scale
    cdef object _kept_edges
    cdef const double* _edges

    def __cinit__(self, edges not None, *, bint huge=False):
        cdef size_t i, size
        self._kept_edges = np.ascontiguousarray(edges, np.float64)
        self._edges = <const double*>bytes_of(self._kept_edges, &size)
        if not size:
            raise ValueError("edges must not be empty")
        self._size = size // sizeof(double) - 1
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

    @property
    def low(self):
        return self._edges[0]

    @property
    def high(self):
        return self._edges[self._size]

    def skip(self, size_t count):
        """See ``core.Reduction``."""
        self._before += count

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

    cdef size_t put_summaries(
        self, const Packed* column, const Blocks* blocks, size_t width, size_t start, size_t stop
    ) noexcept nogil:
        """Take in whole blocks of so many points that have summaries, from one on, for as long as the next begins within
        the range and in the same bucket: beyond the range numbers may go back. The point where they end."""
        cdef size_t end = start
        stop = min(stop, blocks.count * width + 1)
        while end + width < stop and (
            coordinate_of(column, marked(column, (end + width) // NARROW)) < self._edges[self._place]
        ):
            end += width
        if self._place:
            add_summaries(&self._buckets[self._place - 1], blocks, width, start // width, end // width, self._scale)
        else:
            self._before += end - start
        return end

    cdef void add_blocks(
        self, const Packed* column, const Value* value, const Floats* floats, size_t start, size_t stop,
        const Blocks* narrow, const Blocks* wide,
    ) noexcept nogil:
        cdef size_t i = start, begin, end, run, walked = start, ahead
        cdef uint64_t bits
        cdef Changes changes
        cdef float unpacked[NARROW]
        cdef const Value* values
        while i < stop:
            if i % NARROW == 0:
                if not self.advance(coordinate_of(column, marked(column, i // NARROW))):
                    return
                run = i
                if i % WIDE == 0:
                    i = self.put_summaries(column, wide, WIDE, i, stop)
                if i == run:
                    # Up to where wider ones begin.
                    i = self.put_summaries(column, narrow, NARROW, i, min(stop, i // WIDE * WIDE + WIDE + 1))
                if i > run and i % WIDE == 0:
                    continue
            # Edges are mostly about as far from each other: the memory at the second next one is asked for by now.
            ahead = i + 2 * (i - walked)
            if ahead + NARROW < column.length:
                if column.marks != NULL:
                    prefetch(column.data + (column.places[ahead // NARROW] >> 7) * 8, NARROW * 2)
                if floats.places != NULL:
                    prefetch(floats.data + (floats.places[ahead // NARROW] >> 7) * 8, NARROW * 3)
                else:
                    prefetch(value + ahead, NARROW * sizeof(Value))
            walked = i
            # Point by point, to the end of the block.
            begin = i // NARROW * NARROW
            end = min(begin + NARROW, stop)
            bits = marked(column, begin // NARROW)
            open_block(column, begin // NARROW, &changes)
            if i > begin:
                walk(&changes, False, &bits, 0, i - begin, INFINITY)
            values = NULL
            if Value is float:
                if floats.places != NULL:
                    values_of(floats, begin // NARROW, unpacked)
                    values = unpacked
            if values == NULL:
                values = value + begin
            while i < end:
                if not self.advance(coordinate_of(column, bits)):
                    return
                run = i
                # The rest of a block in front of one that starts in the same bucket is not looked at.
                if end % NARROW == 0 and end < stop and (
                    coordinate_of(column, marked(column, end // NARROW)) < self._edges[self._place]
                ):
                    self.put_run(values + (run - begin), end - run)
                    i = end
                    break
                i = begin + walk_block(
                    column, begin // NARROW, &changes, &bits, i - begin, end - begin, self._edges[self._place]
                )
                if i == run:
                    return
                self.put_run(values + (run - begin), i - run)

    def add_packed(self, packed not None, value not None, summaries not None, size_t start, size_t stop):
        cdef Packed column
        cdef Floats floats
        if stop > <size_t>len(value) or start > stop:
            raise ValueError(f"[{start}, {stop}) is not within {len(value)} values")
        if start == stop:
            return
        open_packed(&column, packed, len(value))
        note_values(&floats, value)
        if floats.places != NULL:
            add_packed_typed[float](self, &column, np.empty(0, np.float32), &floats, summaries, start, stop)
        elif value.dtype == np.float32:
            add_packed_typed[float](self, &column, value, &floats, summaries, start, stop)
        elif value.dtype == np.int64:
            add_packed_typed[int64_t](self, &column, value, &floats, summaries, start, stop)
        else:
            add_packed_typed[double](self, &column, value, &floats, summaries, start, stop)

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
                    view[0, i], view[1, i], view[2, i] = mean_of(bucket, self._scale), bucket.sums.lowest, bucket.sums.highest
                else:
                    view[0, i] = view[1, i] = view[2, i] = NAN
        return Buckets(counts[0], counts[1], counts[2], counts[3], statistics[0], statistics[1], statistics[2])


    def selection(self, int64_t most, int64_t length):
        """See ``core.Reduction.selection``."""
        cdef size_t i, place = 0, full = 0, marked = 0, size = self._size
        cdef int64_t start = self._before, stop = start, few = 0, count, k
        cdef const Bucket* bucket
        cdef int64_t* positions
        cdef double* statistics
        cdef uint32_t* numbers
        cdef size_t at = 0, mark
        with nogil:
            for i in range(size):
                bucket = &self._buckets[i]
                count = points_in(bucket)
                stop += count
                if count <= most:
                    few += count
                else:
                    full += bucket.finite > 0
                    marked += count > bucket.finite
        few += (start > 0) + (stop < length)
        made_positions, made_statistics = np.empty(few + 2 * full, np.int64), np.empty((3, full))
        made_numbers = np.empty(2 * full + 4 * marked, np.uint32)
        # Not as memoryviews, each of which would take as long to make as a hundred buckets.
        positions = <int64_t*>bytes_of(made_positions, &at)
        statistics = <double*>bytes_of(made_statistics, &at)
        numbers = <uint32_t*>bytes_of(made_numbers, &at)
        at, mark = 0, 2 * full
        with nogil:
            if start > 0:
                positions[at] = start - 1
                at += 1
            for i in range(size):
                bucket = &self._buckets[i]
                count = points_in(bucket)
                if count <= most:
                    for k in range(start, start + count):
                        positions[at] = k
                        at += 1
                elif bucket.finite:
                    positions[few + place], positions[few + full + place] = start, start + count - 1
                    numbers[place], numbers[full + place] = <uint32_t>i, <uint32_t>count
                    statistics[place] = mean_of(bucket, self._scale)
                    statistics[full + place] = bucket.sums.lowest
                    statistics[2 * full + place] = bucket.sums.highest
                    place += 1
                if count > most and count > bucket.finite:
                    numbers[mark], numbers[mark + marked] = <uint32_t>i, bucket.nan
                    numbers[mark + 2 * marked], numbers[mark + 3 * marked] = bucket.pos_inf, bucket.neg_inf
                    mark += 1
                start += count
            if stop < length:
                positions[at] = stop
        mark = 2 * full
        if marked:
            marks = [made_numbers[mark + k * marked:mark + (k + 1) * marked] for k in range(4)]
        else:
            marks = [made_numbers[mark:]] * 4
        return Selection(
            stop, made_positions[:few], made_numbers[:full], made_statistics[0], made_statistics[1],
            made_statistics[2], marks[0], marks[1], marks[2], marks[3],
            made_numbers[full:mark], made_positions[few:few + full], made_positions[few + full:],
        )


cdef inline int64_t points_in(const Bucket* bucket) noexcept nogil:
    return <int64_t>bucket.finite + bucket.nan + bucket.pos_inf + bucket.neg_inf


cdef add_typed(Reduction reduction, const double[::1] x, const Value[::1] value):
    with nogil:
        reduction.add_points(&x[0], &value[0], x.shape[0])


cdef add_packed_typed(
    Reduction reduction, const Packed* column, const Value[::1] value, const Floats* floats, summaries, size_t start,
    size_t stop,
):
    cdef Blocks narrow, wide
    cdef const Value* values = &value[0] if value.shape[0] else NULL
    open_blocks(&narrow, summaries[0], column.length, NARROW)
    open_blocks(&wide, summaries[1], column.length, WIDE)
    with nogil:
        reduction.add_blocks(column, values, floats, start, stop, &narrow, &wide)


cdef int open_blocks(Blocks* blocks, object summary, size_t length, size_t width) except -1:
    """Fill the struct, whose pointers are into the summary; raises ValueError where that is too short."""
    cdef size_t counts, statistics
    count_array, statistic_array = summary
    blocks.counts = <const uint16_t*>bytes_of(count_array, &counts)
    blocks.statistics = <const double*>bytes_of(statistic_array, &statistics)
    blocks.count = counts // (4 * sizeof(uint16_t))
    if blocks.count < length // width or statistics != blocks.count * 3 * sizeof(double):
        raise ValueError(f"the summary of {width} values each is shorter than the values")
    return 0


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
            if max(fabs(bucket.sums.lowest), fabs(bucket.sums.highest)) > 2.0**900 and bucket.finite:
                scale = 2.0**-64
                clear(&bucket)
                put(&bucket, &value[i * width], width, scale)
            count_view[0, i], count_view[1, i] = <uint16_t>bucket.finite, <uint16_t>bucket.nan
            count_view[2, i], count_view[3, i] = <uint16_t>bucket.pos_inf, <uint16_t>bucket.neg_inf
            if bucket.finite:
                view[0, i], view[1, i], view[2, i] = mean_of(&bucket, scale), bucket.sums.lowest, bucket.sums.highest
    return Summary(counts, statistics)


def summarize(value not None, size_t width):
    """See ``core.summarize``."""
    if not 0 < width <= 65535:
        raise ValueError(f"width must be from 1 to 65,535, got {width}")
    if isinstance(value, PackedValues):
        packed, value = value, np.empty(len(value), np.float32)
        unpack_values(packed, 0, value)
    if value.dtype == np.float32:
        return summarize_typed[float](np.ascontiguousarray(value), width)
    if value.dtype == np.int64:
        return summarize_typed[int64_t](np.ascontiguousarray(value), width)
    return summarize_typed[double](np.ascontiguousarray(value, np.float64), width)
