# Part of _core.pyx: histogram and histogram_value: numbers counted between edges, in one pass.

cdef extern from "histogram.h" nogil:
    ctypedef struct Moments "cutaway_moments":
        double sum
        double sum_squares
        double lowest
        double highest
    bint add_floats "cutaway_add_floats"(const float* value, size_t count, Moments* moments)
    bint add_doubles "cutaway_add_doubles"(const double* value, size_t count, Moments* moments)


cdef struct Tally:
    Moments moments
    int64_t nan
    int64_t pos_inf
    int64_t neg_inf


cdef enum:
    # Numbers that are looked at twice while they are in the nearest cache.
    BLOCK = 1024
    MOST_STEPS = 24


cdef inline bint add_moments(const Real* value, size_t count, Tally* tally) noexcept nogil:
    """Add a block's sums and limits; False, and nothing added, when its sum is not finite."""
    if Real is float:
        return add_floats(value, count, &tally.moments)
    else:
        return add_doubles(value, count, &tally.moments)


cdef inline bint add_number(double number, Tally* tally) noexcept nogil:
    """Add one number's part to the sums; False when it is not finite, which is counted."""
    if isfinite(number):
        tally.moments.sum += number
        tally.moments.sum_squares += number * number
        tally.moments.lowest = min(tally.moments.lowest, number)
        tally.moments.highest = max(tally.moments.highest, number)
        return True
    if isnan(number):
        tally.nan += 1
    elif number > 0:
        tally.pos_inf += 1
    else:
        tally.neg_inf += 1
    return False


cdef inline int32_t find_bin(double number, const double* edges, const int32_t* first, int steps) noexcept nogil:
    cdef uint64_t bits
    cdef int32_t bin
    cdef int step
    memcpy(&bits, &number, 8)
    bin = first[bits >> 46]
    for step in range(steps):
        bin += edges[bin] <= number
    return bin


cdef void count_numbers(
    const Real* value, size_t count, const double* edges, const int32_t* first, int steps, int64_t* counts,
    int64_t* others, Tally* tally
) noexcept nogil:
    """``first`` has, for the highest bits of a double, the number of edges that are at most its smallest one; a bin is
    at most ``steps`` further. ``edges`` end with an infinity. ``others`` are counts as well: two neighbours are often
    in one bin, and would wait for each other."""
    cdef size_t block, start, i, size
    for block in range((count + BLOCK - 1) // BLOCK):
        start = block * BLOCK
        size = min(<size_t>BLOCK, count - start)
        if not add_moments(value + start, size, tally):
            for i in range(start, start + size):
                if add_number(value[i], tally):
                    counts[find_bin(value[i], edges, first, steps)] += 1
        elif steps == 1:
            # As for all steps, and faster, since the compiler knows how many there are.
            for i in range(size // 2):
                counts[find_bin(value[start + 2 * i], edges, first, 1)] += 1
                others[find_bin(value[start + 2 * i + 1], edges, first, 1)] += 1
            if size % 2:
                counts[find_bin(value[start + size - 1], edges, first, 1)] += 1
        else:
            for i in range(start, start + size):
                counts[find_bin(value[i], edges, first, steps)] += 1


cdef void count_all(
    const Real* value, size_t count, const double* edges, const int32_t* first, int steps, int64_t* counts, size_t bins,
    Tally* tally
) noexcept nogil:
    """``counts`` has room for twice as many bins, all 0; the first half has the result."""
    cdef size_t i
    memset(tally, 0, sizeof(Tally))
    tally.moments.lowest = INFINITY
    tally.moments.highest = -INFINITY
    count_numbers(value, count, edges, first, steps, counts, counts + bins, tally)
    for i in range(bins):
        counts[i] += counts[bins + i]


cdef histogram_real(const Real[::1] value, const double[::1] edges, const int32_t[::1] first, int steps):
    cdef Tally tally
    cdef size_t bins = edges.shape[0]
    counts = np.zeros(2 * bins, np.int64)
    cdef int64_t[::1] view = counts
    with nogil:
        count_all(start_of(value), value.shape[0], &edges[0], &first[0], steps, &view[0], bins, &tally)
    counts = counts[:bins]
    if not counts.any():
        tally.moments.lowest = tally.moments.highest = NAN
    return Tallies(
        counts, tally.moments.lowest, tally.moments.highest, tally.moments.sum, tally.moments.sum_squares, tally.nan,
        tally.pos_inf, tally.neg_inf
    )


cdef inline const Real* start_of(const Real[::1] value) noexcept nogil:
    return &value[0] if value.shape[0] else <const Real*>NOTHING


# The edges that were asked for last, where nobody can change them, and what first_edges says of them.
cdef object known_edges = None
cdef object known_places = None


cdef places_of(edges):
    global known_edges, known_places
    if edges is not known_edges:
        found = first_edges(np.ascontiguousarray(edges, np.float64).tobytes())
        if edges.flags.writeable:
            return found
        known_edges, known_places = edges, found
    return known_places


def histogram(value not None, edges not None):
    """See ``core.histogram``."""
    bounded, first, steps = places_of(edges)
    if steps > MOST_STEPS:
        # Bins as fine as that are found faster by bisection.
        from cutaway.events._pure_histogram import histogram as pure_histogram

        return pure_histogram(value, edges)
    if value.dtype == np.float32:
        return histogram_real[float](np.ascontiguousarray(value), bounded, first, steps)
    return histogram_real[double](np.ascontiguousarray(value, np.float64), bounded, first, steps)


cdef uint8_t* store_key_and_double(uint8_t* data, uint8_t key, double value) noexcept nogil:
    data[0] = key
    return store_double(data + 1, value)


cdef uint8_t* store_count(uint8_t* data, uint8_t key, uint64_t count) noexcept nogil:
    """A count that is not 0."""
    if not count:
        return data
    data[0] = key
    return store_varint(data + 1, count)


cdef int64_t zeros_in(const Real* value, size_t count) noexcept nogil:
    cdef int64_t zeros = 0
    cdef size_t i
    for i in range(count):
        zeros += value[i] == 0
    return zeros


cdef value_real(bytes tag, const Real[::1] value, const double[::1] edges, const int32_t[::1] first, int steps):
    cdef Tally tally
    # Edges, of which the last is an infinity, and as many bins: that of the numbers below the first edge is one of them.
    cdef size_t bins = edges.shape[0], low = 0, high, i, kept, size
    cdef uint64_t tag_size = len(tag), histogram_size
    cdef int64_t numbers = 0, zeros = 0
    cdef double limit
    cdef uint8_t apart[64]
    cdef uint8_t* apart_end = apart
    cdef uint8_t* data
    cdef uint8_t* end
    cdef const char* tag_bytes = PyBytes_AsString(tag)
    cdef int64_t* counts = <int64_t*>calloc(2 * bins, sizeof(int64_t))
    if counts == NULL:
        raise MemoryError
    try:
        with nogil:
            count_all(start_of(value), value.shape[0], &edges[0], &first[0], steps, counts, bins, &tally)
            high = bins
            while high and not counts[high - 1]:
                high -= 1
            while low < high and not counts[low]:
                low += 1
            for i in range(low, high):
                numbers += counts[i]
                # Without anything in the bin of 0 there is none, and nothing is read again.
                if counts[i] and edges[i] > 0 and (i == 0 or edges[i - 1] <= 0):
                    zeros = zeros_in(start_of(value), value.shape[0])
            apart_end = store_count(apart_end, 0x18, tally.nan)
            apart_end = store_count(apart_end, 0x20, tally.pos_inf)
            apart_end = store_count(apart_end, 0x28, tally.neg_inf)
            apart_end = store_count(apart_end, 0x30, zeros)
        # One empty bin in front of the first that is not, whose right edge is the next one's left.
        low -= low > 0
        kept = high - low if numbers else 1
        histogram_size = 5 * 9 + 2 * (1 + varint_size(8 * kept) + 8 * kept)
        size = 1 + varint_size(tag_size) + tag_size + 1 + varint_size(histogram_size) + histogram_size + 3 + 64
        data = <uint8_t*>malloc(size)
        if data == NULL:
            raise MemoryError
        try:
            data[0] = 0x0A
            end = store_varint(data + 1, tag_size)
            memcpy(end, tag_bytes, tag_size)
            end += tag_size
            end[0] = 0x2A
            end = store_varint(end + 1, histogram_size)
            end = store_key_and_double(end, 0x09, tally.moments.lowest if numbers else 0)
            end = store_key_and_double(end, 0x11, tally.moments.highest if numbers else 0)
            end = store_key_and_double(end, 0x19, <double>numbers)
            end = store_key_and_double(end, 0x21, tally.moments.sum)
            end = store_key_and_double(end, 0x29, tally.moments.sum_squares)
            end[0] = 0x32
            end = store_varint(end + 1, 8 * kept)
            for i in range(low, low + kept):
                limit = 0
                if numbers:
                    limit = edges[i] if i < bins - 1 else max(tally.moments.highest, edges[bins - 2])
                end = store_double(end, limit)
            end[0] = 0x3A
            end = store_varint(end + 1, 8 * kept)
            for i in range(low, low + kept):
                end = store_double(end, <double>counts[i])
            if apart_end > apart:
                end = store_varint(end, 1000 << 3 | 2)
                end = store_varint(end, apart_end - apart)
                memcpy(end, apart, apart_end - apart)
                end += apart_end - apart
            return PyBytes_FromStringAndSize(<const char*>data, end - data)
        finally:
            free(data)
    finally:
        free(counts)


def histogram_value(tag not None, value not None, edges not None):
    """See ``core.histogram_value``."""
    bounded, first, steps = places_of(edges)
    if steps > MOST_STEPS:
        from cutaway.events._pure_histogram import histogram_value as pure_histogram_value

        return pure_histogram_value(tag, value, edges)
    written = tag.encode("utf-8", "replace")
    if value.dtype == np.float32:
        return value_real[float](written, np.ascontiguousarray(value), bounded, first, steps)
    return value_real[double](written, np.ascontiguousarray(value, np.float64), bounded, first, steps)
